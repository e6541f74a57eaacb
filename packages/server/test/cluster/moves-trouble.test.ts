import { describe, test } from "bun:test";
import { simulateMoves } from "./simulate-moves.ts";

/** Each failed once: a message was delivered twice (4, 112) or out of order (431), a move never ended (144, 205), a session was nowhere (233). */
const ONCE_FAILED = [112, 144, 205, 233, 431];

describe("R160 R168 M5 sessions that move while links are lost and nodes do not hear each other: nothing twice, nothing out of order", () => {
  for (let seed = 1; seed <= 16; seed++) test(`seed ${seed}`, () => simulateMoves(seed));
  for (const seed of ONCE_FAILED) test(`seed ${seed}`, () => simulateMoves(seed));
});
