import { describe, expect, test } from "bun:test";
import { type BatchEntry, batchEntry, encodeBatch } from "../../src/cluster/log-batch.ts";
import { logNetwork } from "../kit/log-network.ts";
import { simulateForgedLog } from "./simulate-forged-log.ts";

describe("R165 R167 nodes that read forged entries of their log decide alike and go on", () => {
  for (let seed = 1; seed <= 10; seed++) test(`seed ${seed}`, () => simulateForgedLog(seed, 150));
});

test("R165 what the log says of nodes is bounded: of those that are gone, all nodes remember the last thousand", async () => {
  const { network, settle, open } = logNetwork();
  const [a, b] = [open("a"), open("b")];
  await settle();
  const stranger = network.bus("stranger")({ connected() {}, disconnected() {}, received() {} });
  let appended = 0;
  const append = (incarnation: string, entry: BatchEntry) =>
    stranger.append(0, encodeBatch("n", incarnation, [entry]), `${++appended}`);
  for (let n = 0; n < 1_200; n++) void append("forger-1.1", batchEntry(n, "gone", `i${n}.1`, undefined));
  void append("i0.1", batchEntry(1, "note", "forgotten", undefined));
  void append("i1100.1", batchEntry(1, "note", "gone", undefined));
  await settle();
  expect([a.part.notes, b.part.notes]).toEqual([["forgotten"], ["forgotten"]]);
});
