import { expect, test } from "bun:test";
import { ExpiryQueue } from "../../src/auth/expiry-queue.ts";

test("the key that was set first comes first, also after others were deleted or set again", () => {
  const queue = new ExpiryQueue();
  expect(queue.first()).toBeUndefined();
  for (const [at, key] of ["a", "b", "c"].entries()) queue.set(key, at);
  expect(queue.first()).toEqual({ key: "a", at: 0 });
  queue.set("a", 9);
  expect(queue.first()).toEqual({ key: "b", at: 1 });
  expect(queue.delete("b")).toBe(true);
  expect(queue.delete("b")).toBe(false);
  expect(queue.first()).toEqual({ key: "c", at: 2 });
  queue.delete("c");
  expect(queue.first()).toEqual({ key: "a", at: 9 });
  expect(queue.size).toBe(1);
  queue.delete("a");
  expect(queue.first()).toBeUndefined();
});

test("it agrees with a Map under any sequence of changes", () => {
  const queue = new ExpiryQueue();
  const model = new Map<string, number>();
  // A linear congruential generator: the same sequence in every run.
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let step = 0; step < 20_000; step++) {
    const key = `k${next(50)}`;
    if (next(3) === 0) expect(queue.delete(key)).toBe(model.delete(key));
    else {
      model.delete(key);
      model.set(key, step);
      queue.set(key, step);
    }
    const [first] = model;
    expect(queue.first()).toEqual(first && { key: first[0], at: first[1] });
    expect(queue.size).toBe(model.size);
  }
});
