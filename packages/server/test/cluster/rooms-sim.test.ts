import { describe, test } from "bun:test";
import { simulateRooms } from "./simulate-rooms.ts";

describe("R167 R102 R111 rooms on three nodes, entries and frames in any order between pairs", () => {
  for (let seed = 1; seed <= 8; seed++) test(`seed ${seed}`, () => simulateRooms(seed, false));
});

describe("R167 R165 R160 the same with lost links, nodes without a quorum, answers that are lost, and nodes that die", () => {
  for (let seed = 1; seed <= 20; seed++) test(`seed ${seed}`, () => simulateRooms(seed, true));
});
