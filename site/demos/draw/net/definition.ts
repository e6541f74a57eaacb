import { defineGame } from "../../shared/room/definition.ts";
import type { GameRoom } from "../../shared/room/game-room.ts";
import { guessing } from "../rules/guessing.ts";
import { messages } from "./messages.ts";

/** Everybody with a seat may draw; further members watch. */
export const game = defineGame({
  id: "draw",
  title: "Let's Draw Together",
  seats: 30,
  minPlayers: 1,
  capacity: 60,
  lateSeats: true,
  messages,
  checkpoints: { guessing },
});

export type DrawRoom = GameRoom<typeof game.messages, typeof game.checkpoints>;
