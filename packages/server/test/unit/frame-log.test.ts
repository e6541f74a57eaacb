import { describe, expect, test } from "bun:test";
import { FrameLog, SharedFrame } from "../../src/resume/frame-log.ts";
import { HeldBytes } from "../../src/resume/held-bytes.ts";
import { Random } from "../sim/random.ts";

const NO_LIMITS = { resumeFrames: 0, resumeBytes: 0 };

function logs(count: number, limits = NO_LIMITS, max = 0) {
  const held: HeldBytes = new HeldBytes(max, () => all);
  const all = Array.from({ length: count }, () => new FrameLog(limits, held));
  return { held, all };
}

const between = (random: Random, from: number, to: number) => from + random.below(to - from + 1);

describe("[R71 R73] the log of a session", () => {
  test("[R71] numbers frames from 1 and holds them until they are acknowledged", () => {
    const { all, held } = logs(1);
    const [log] = all;
    for (const text of ["a", "b", "c"]) log?.record(text);
    expect([log?.total, log?.firstHeld, log?.length]).toEqual([3, 1, 3]);
    log?.acknowledge(2);
    expect([log?.at(2), log?.at(3), log?.at(4)]).toEqual([undefined, "c", undefined]);
    log?.acknowledge(3);
    expect([log?.total, log?.firstHeld, log?.length, log?.bytes, held.total]).toEqual([3, 4, 0, 0, 0]);
  });

  test("[R71] records nothing after the end of its session, and holds nothing", () => {
    const { all, held } = logs(2);
    const [ended, other] = all;
    const shared = new SharedFrame("x");
    for (const log of all) log.recordShared(shared);
    ended?.end();
    ended?.record("y");
    ended?.recordShared(shared);
    expect([ended?.length, ended?.bytes]).toEqual([0, 0]);
    expect(held.total).toBeGreaterThan(0);
    other?.end();
    expect(held.total).toBe(0);
  });

  test("[R73 R81] agrees with a plain list under random work, and its bytes with those of the node", () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = new Random(seed);
      const limits = { resumeFrames: between(random, 3, 3_000), resumeBytes: between(random, 500, 200_000) };
      const { all, held } = logs(3, limits);
      const models = all.map(() => ({ sent: [] as (string | Uint8Array)[], acknowledged: 0 }));
      for (let step = 0; step < 1_000; step++) {
        const which = between(random, 0, 2);
        const text = `${step}${"x".repeat(between(random, 0, 50))}`;
        const frame = random.chance(0.2) ? new TextEncoder().encode(text) : text;
        if (random.chance(0.3)) {
          const shared = new SharedFrame(frame);
          for (const log of all) log.recordShared(shared);
          for (const model of models) model.sent.push(frame);
        } else if (random.chance(0.9)) {
          all[which]?.record(frame);
          models[which]?.sent.push(frame);
        } else {
          const log = all[which];
          const model = models[which];
          if (!log || !model) continue;
          model.acknowledged = between(random, model.acknowledged, model.sent.length);
          log.acknowledge(model.acknowledged);
        }
        for (const [index, log] of all.entries()) {
          const { sent = [], acknowledged = 0 } = models[index] ?? {};
          expect(log.total).toBe(sent.length);
          expect(log.firstHeld).toBeGreaterThan(acknowledged);
          expect(log.length).toBeLessThanOrEqual(limits.resumeFrames);
          if (log.length > 0) expect(log.at(log.total)).toBe(sent.at(-1) ?? "");
          if (log.length > 0) expect(log.at(log.firstHeld)).toBe(sent[log.firstHeld - 1] ?? "");
        }
      }
      expect(held.total).toBeLessThanOrEqual(all.reduce((sum, log) => sum + log.bytes + log.length * 16, 0));
      for (const log of all) log.forgetAll();
      expect([held.total, ...all.map((log) => log.bytes)]).toEqual([0, 0, 0, 0]);
    }
  });
});

describe("[R81] the bytes of all logs", () => {
  test("[R81] a shared frame counts once, however many hold it", () => {
    const { all, held } = logs(100);
    const shared = new SharedFrame("x".repeat(10_000));
    for (const log of all) log.recordShared(shared);
    expect(held.total).toBeLessThan(12_000);
    for (const log of all.slice(1)) log.forgetAll();
    expect(held.total).toBeGreaterThan(10_000);
  });

  test("[R81] beyond the limit, those that hold most forget everything, and no more than needed do", () => {
    const { all, held } = logs(10, NO_LIMITS, 100_000);
    const [small, ...large] = all;
    small?.record("x".repeat(1_000));
    for (let n = 0; n < 200; n++) large[n % large.length]?.record("x".repeat(1_000));
    expect(held.total).toBeLessThanOrEqual(100_000);
    expect(held.total).toBeGreaterThan(60_000);
    expect(small?.length).toBe(1);
  });

  test("[R81] a frame larger than the limit is forgotten at once, without a loop", () => {
    const { all, held } = logs(2, NO_LIMITS, 1_000);
    all[0]?.record("x".repeat(10_000));
    expect([held.total, all[0]?.length, all[0]?.total]).toEqual([0, 0, 1]);
  });
});
