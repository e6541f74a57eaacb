import { defineGame } from "../../shared/room/definition.ts";
import type { GameRoom } from "../../shared/room/game-room.ts";
import { MAX_SEATS } from "../rules/game.ts";
import { checkpoints, messages } from "./schemas.ts";

export const conquest = defineGame({
  id: "risk",
  title: "World Conquest",
  seats: MAX_SEATS,
  minPlayers: 2,
  capacity: 30,
  solo: true,
  lateSeats: true,
  messages,
  checkpoints,
});

export type ConquestRoom = GameRoom<typeof conquest.messages, typeof conquest.checkpoints>;
