import { describe, expect, test } from "bun:test";
import { frameKinds, isWellFormed } from "../../src/cluster/frame-shapes.ts";
import { recordFrames } from "./recorded-frames.ts";
import { simulateForgery } from "./simulate-forgery.ts";

const frames = await recordFrames();

test("R160 what nodes send has the form that they require, and every kind of it is tried with forged contents", () => {
  const kinds = new Set(frames.map(({ head }) => String(head[0])));
  expect(frameKinds.filter((kind) => !kinds.has(kind))).toEqual([]);
  expect(frames.filter(({ head, body }) => !isWellFormed(head, body))).toEqual([]);
});

describe("R160 K9 a node that gets forged frames goes on as before", () => {
  for (let seed = 1; seed <= 20; seed++) test(`seed ${seed}`, () => simulateForgery(frames, seed, 250));
});
