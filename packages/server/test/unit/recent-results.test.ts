import { expect, test } from "bun:test";
import { RecentResults } from "../../src/node/recent-results.ts";
import { FakeClock } from "../kit/fake-clock.ts";

const drain = (steps: Iterator<void>) => {
  while (!steps.next().done);
};

test("[R146] a result is remembered for two minutes, by sender", () => {
  const clock = new FakeClock();
  const results = new RecentResults(clock);
  results.remember("Ann", "x", "first");
  clock.advance(120_000);
  expect(results.find("Ann", "x")).toBe("first");
  expect(results.find("Bob", "x")).toBeUndefined();
  clock.advance(1);
  expect(results.find("Ann", "x")).toBeUndefined();
  drain(results.tick());
  expect(results.size).toBe(0);
});

test("[R146] a sender of many ids forgets its oldest, not those of others", () => {
  const results = new RecentResults(new FakeClock());
  results.remember("Bob", "x", "first");
  for (let n = 0; n < 5_000; n++) results.remember("Ann", `${n}`, "r");
  expect(results.size).toBe(1_001);
  expect(results.find("Bob", "x")).toBe("first");
  expect(results.find("Ann", "3999")).toBeUndefined();
  expect(results.find("Ann", "4000")).toBe("r");
});

test("[R146] what is forgotten may be sent again", () => {
  const results = new RecentResults(new FakeClock());
  results.remember("Ann", "x", "first");
  results.remember("Ann", "x", "second");
  expect(results.size).toBe(1);
  results.forget("Ann", "x");
  results.forget("Ann", "never");
  expect([results.size, results.find("Ann", "x")]).toEqual([0, undefined]);
});
