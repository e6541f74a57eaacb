import { describe, expect, test } from "bun:test";
import { LoginThrottle } from "../../src/auth/login-throttle.ts";
import { TokenBuckets } from "../../src/fairness/token-buckets.ts";
import { FakeClock } from "../kit/fake-clock.ts";

const OWNER = "198.51.100.7";
const STRANGER = "203.0.113.9";

/** Fails as often as it is let. */
function guess(throttle: LoginThrottle, address: string, name: string, tries: number): number {
  let allowed = 0;
  for (let i = 0; i < tries; i++) {
    if (!throttle.allows(address, name)) continue;
    allowed++;
    throttle.failed(address, name);
  }
  return allowed;
}

describe("A7 failed logins are throttled", () => {
  test("A7 an address may fail ten times, then once every six seconds", () => {
    const clock = new FakeClock();
    const throttle = new LoginThrottle(clock);
    expect(guess(throttle, STRANGER, "alice", 50)).toBe(10);
    clock.advance(5_999);
    expect(throttle.allows(STRANGER, "alice")).toBe(false);
    clock.advance(1);
    expect(guess(throttle, STRANGER, "alice", 50)).toBe(1);
    clock.advance(3_600_000);
    expect(guess(throttle, STRANGER, "alice", 50)).toBe(10);
  });

  test("A7 an address that guesses many names gets no more attempts than for one", () => {
    const throttle = new LoginThrottle(new FakeClock());
    let allowed = 0;
    for (let i = 0; i < 100; i++) allowed += guess(throttle, STRANGER, `name ${i}`, 3);
    expect(allowed).toBe(10);
  });

  test("A7 a right password in between restores no attempts", () => {
    const throttle = new LoginThrottle(new FakeClock());
    guess(throttle, STRANGER, "alice", 10);
    throttle.succeeded(STRANGER, "mallory");
    expect(throttle.allows(STRANGER, "alice")).toBe(false);
  });
});

describe("A7 and no stranger locks an owner out", () => {
  test("A7 a stranger who uses up its tries does not hinder the owner elsewhere", () => {
    const throttle = new LoginThrottle(new FakeClock());
    guess(throttle, STRANGER, "alice", 1_000);
    expect(throttle.allows(OWNER, "alice")).toBe(true);
  });

  test("A7 an attack from a thousand addresses leaves each of them one try, and the owner at a new address its first", () => {
    const clock = new FakeClock();
    const throttle = new LoginThrottle(clock);
    for (let i = 0; i < 1_000; i++) guess(throttle, `attacker ${i}`, "alice", 1);
    let second = 0;
    for (let i = 0; i < 1_000; i++) second += guess(throttle, `attacker ${i}`, "alice", 1);
    expect(second).toBe(0);
    expect(throttle.allows(OWNER, "alice")).toBe(true);
    throttle.failed(OWNER, "alice");
    expect(throttle.allows(OWNER, "alice")).toBe(false);
    expect(throttle.allows(OWNER, "bob")).toBe(true);
  });

  test("A7 an owner who slips while the name is under attack may try again a minute later", () => {
    const clock = new FakeClock();
    const throttle = new LoginThrottle(clock);
    for (let i = 0; i < 100; i++) throttle.failed(`attacker ${i}`, "alice");
    throttle.failed(OWNER, "alice");
    clock.advance(5_000);
    throttle.failed(STRANGER, "alice");
    expect(throttle.allows(OWNER, "alice")).toBe(false);
    for (let second = 5; second < 60; second++) {
      clock.advance(1_000);
      throttle.failed(`attacker ${second}`, "alice");
    }
    expect(throttle.allows(OWNER, "alice")).toBe(true);
  });

  test("A7 a noisy neighbour behind the same address does not stop who has logged in from there", () => {
    const throttle = new LoginThrottle(new FakeClock());
    throttle.succeeded(OWNER, "alice");
    guess(throttle, OWNER, "bob", 1_000);
    expect(throttle.allows(OWNER, "bob")).toBe(false);
    expect(throttle.allows(OWNER, "alice")).toBe(true);
  });

  test("A7 who has logged in before has a bounded number of slips, too", () => {
    const throttle = new LoginThrottle(new FakeClock());
    throttle.succeeded(OWNER, "alice");
    expect(guess(throttle, OWNER, "alice", 50)).toBe(10);
    expect(throttle.allows(OWNER, "bob")).toBe(true);
  });
});

describe("A7 in bounded memory", () => {
  test("keys that are at full allowance again are forgotten", () => {
    const allowances = new TokenBuckets({ burst: 2, refillMilliseconds: 1_000 }, 1_000);
    for (let i = 0; i < 100; i++) allowances.spend(`key ${i}`, 0);
    expect(allowances.keys).toBe(100);
    allowances.spend("late", 1_000);
    expect(allowances.keys).toBe(1);
  });

  test("beyond the most keys, who has not failed for longest is forgotten first", () => {
    const allowances = new TokenBuckets({ burst: 1, refillMilliseconds: 60_000 }, 3);
    for (const key of ["a", "b", "c", "a", "d"]) allowances.spend(key, 0);
    expect(allowances.keys).toBe(3);
    expect(["a", "b", "c", "d"].map((key) => allowances.hasToken(key, 0))).toEqual([false, true, false, false]);
  });

  test("of owners who logged in, the latest are remembered", () => {
    const throttle = new LoginThrottle(new FakeClock(), 2);
    for (const name of ["a", "b", "a", "c"]) throttle.succeeded(OWNER, name);
    guess(throttle, OWNER, "noise", 20);
    expect(["a", "b", "c"].map((name) => throttle.allows(OWNER, name))).toEqual([true, false, true]);
  });
});
