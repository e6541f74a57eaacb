import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { quantile, summarize } from "../src/bench/result.ts";
import { achex } from "./kit/achex.ts";
import { fakeRelay } from "./kit/fake-relay.ts";
import { serve } from "./kit/serve.ts";

// Each test starts processes. The deadline only ends a test that hangs: a busy machine may need long for each.
setDefaultTimeout(120_000);

const SMALL = ["--connections", "6", "--seconds", "1", "--rate", "50"];

describe("achex bench", () => {
  test("two runs in JSON: nothing lost, and no more than the rate allows", async () => {
    await using served = await serve();
    for (const where of [[served.classic], [`${served.cloud}/`, "--dialect", "cloud"]]) {
      const { code, out, err } = await achex(["bench", ...where, ...SMALL, "--json"]);
      expect([code, err]).toEqual([0, ""]);
      const report = JSON.parse(out);
      expect(report).toMatchObject({
        connections: 6,
        seconds: 1,
        rate: 50,
        results: [{ run: "pairs" }, { run: "fan-out" }],
      });
      for (const { messagesPerSecond, p50, p99, lost } of report.results) {
        expect(lost).toBe(0);
        // How many it manages depends on the machine; that it never sends more than the rate allows does not.
        expect(messagesPerSecond).toBeGreaterThan(0);
        expect(messagesPerSecond).toBeLessThan(320);
        expect(p50).toBeGreaterThan(0);
        expect(p99).toBeGreaterThanOrEqual(p50);
      }
    }
  });

  test("for people: one line a run", async () => {
    await using served = await serve();
    const { code, out } = await achex(["bench", served.classic, ...SMALL]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /\n {2}pairs +\d+ messages\/s {3}p50 +[\d.]+ ms {3}p99 +[\d.]+ ms {3}0 lost\n {2}fan-out +\d+ messages/,
    );
  });

  test("a server that loses messages is found out", async () => {
    let id = 0;
    const answer = (frame: string) => {
      if (frame.includes("auth")) return [`{"auth":"OK","SID":${++id}}`];
      return frame.includes("joinHub") ? ['{"joinHub":"OK"}'] : [];
    };
    await using relay = fakeRelay({ answer });
    const { code, out } = await achex([
      "bench",
      `${relay.address}/x`,
      "--connections",
      "2",
      "--seconds",
      "1",
      "--json",
    ]);
    const { results } = JSON.parse(out);
    expect(code).toBe(0);
    expect(results).toMatchObject([
      { run: "pairs", messagesPerSecond: 0, lost: 1, p50: null },
      { run: "fan-out", messagesPerSecond: 0, lost: 200, p50: null },
    ]);
  });

  test("a login rejected ends it with 1", async () => {
    await using relay = fakeRelay({ answer: () => ['{"auth":"FAILED","REASON":"no"}'] });
    const { code, err } = await achex(["bench", `${relay.address}/x`, ...SMALL]);
    expect([code, err]).toEqual([1, "achex: login rejected: no\n"]);
  });

  test("quantiles are taken from the sorted latencies", () => {
    expect(quantile(Float64Array.from([1, 2, 3, 4]), 0.5)).toBe(3);
    expect(quantile(Float64Array.from([1]), 0.99)).toBe(1);
    expect(quantile(new Float64Array(), 0.5)).toBeNaN();
    const latencies = Array.from({ length: 1_000 }, (_, n) => 1_000 - n);
    const measured = { run: "pairs", messages: 2_000, milliseconds: 500, latencies, lost: 0 } as const;
    expect(summarize(measured)).toEqual({ run: "pairs", messagesPerSecond: 4_000, p50: 501, p99: 991, lost: 0 });
  });
});
