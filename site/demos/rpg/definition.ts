import { defineGame } from "../shared/room/definition.ts";
import { checkpointsFor, roomMessages } from "./net/protocol.ts";
import { MAPS } from "./rules/maps.ts";
import { TITLE } from "./text.ts";

/** Lanternfall, as the shared parts see it: one open world, in which everybody who comes has a place. */
export const lanternfall = defineGame({
  id: "rpg",
  title: TITLE,
  seats: 50,
  minPlayers: 1,
  capacity: 60,
  lateSeats: true,
  messages: roomMessages,
  checkpoints: checkpointsFor(MAPS.keys()),
});
