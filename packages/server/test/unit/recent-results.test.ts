import { expect, test } from "bun:test";
import { RecentResults } from "../../src/node/recent-results.ts";
import { FakeClock } from "../kit/fake-clock.ts";

const drain = (steps: Iterator<void>) => {
  while (!steps.next().done);
};

test("[R146] a result is remembered for two minutes", () => {
  const clock = new FakeClock();
  const results = new RecentResults(clock);
  results.remember("1.2.3.4", "Ann x", "first");
  clock.advance(120_000);
  expect(results.find("Ann x")).toBe("first");
  expect(results.find("Bob x")).toBeUndefined();
  clock.advance(1);
  expect(results.find("Ann x")).toBeUndefined();
  drain(results.tick());
  expect(results.size).toBe(0);
});

test("[R146] who sends a million ids, under as many names, forgets its own oldest ones, not those of others", () => {
  const results = new RecentResults(new FakeClock());
  results.remember("1.2.3.4", "Bob x", "first");
  for (let n = 0; n < 1_000_000; n++) results.remember("6.6.6.6", `name ${n} id ${n}`, "r");
  expect(results.size).toBeLessThanOrEqual(10_001);
  expect(results.size).toBeGreaterThan(9_000);
  expect(results.find("Bob x")).toBe("first");
  expect(results.find("name 989999 id 989999")).toBeUndefined();
  expect(results.find("name 991000 id 991000")).toBe("r");
});

test("[R146] at the limit of all, those with the most forget first, and a newcomer is remembered", () => {
  const results = new RecentResults(new FakeClock(), 16_000);
  for (let n = 0; n < 100; n++) results.remember(`good ${n}`, `good ${n}`, "first");
  for (let n = 0; n < 40_000; n++) results.remember(`bad ${n % 4}`, `${n}`, "r");
  expect(results.size).toBeLessThanOrEqual(16_000);
  expect(results.size).toBeGreaterThan(7_000);
  for (let n = 0; n < 100; n++) expect(results.find(`good ${n}`)).toBe("first");
  results.remember("new", "new", "first");
  expect(results.find("new")).toBe("first");
});

test("[R146] a result that is remembered again belongs to its last owner", () => {
  const results = new RecentResults(new FakeClock(), 4);
  results.remember("a", "x", "first");
  results.remember("b", "x", "second");
  expect([results.size, results.find("x")]).toEqual([1, "second"]);
  results.forget("x");
  results.forget("never");
  expect([results.size, results.find("x")]).toEqual([0, undefined]);
});
