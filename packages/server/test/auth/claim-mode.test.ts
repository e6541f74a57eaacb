import { describe, expect, test } from "bun:test";
import { ClaimStore } from "../../src/auth/claim-store.ts";
import { createTestAuth, verdictText } from "../kit/auth.ts";
import { FakeClock } from "../kit/fake-clock.ts";

// What it has in common with the mode of a cluster is in contract/claims.ts.

describe("A2 a claim expires", () => {
  test("A2 when it expired during the check, the right password claims the name again", async () => {
    const { user, clock, passwords } = createTestAuth("claim", { claimTtl: 60 });
    await verdictText(user("ann", "first"));
    const release = passwords.hold();
    const slow = verdictText(user("ann", "first"));
    clock.advance(60_000);
    const other = verdictText(user("ann", "second"));
    release();
    expect(await other).toBe("ann");
    expect(await slow).toBe("refused: name-claimed");
  });
});

describe("[A2] claims are bounded", () => {
  const hash = Promise.resolve("hash");

  /** Claims made one after another and left idle; a key that begins with "p" has a password. */
  function storeOf(limits: { maxClaims?: number; maxClaimsPerAddress?: number }, keys: readonly string[]) {
    const clock = new FakeClock();
    const claims = new ClaimStore(clock, { ttl: 60_000, ...limits });
    const claim = (key: string, address = "a") => {
      const isAdded = claims.add(key, key.startsWith("p") ? hash : undefined, address);
      claims.renew(key);
      return isAdded;
    };
    for (const key of keys) claim(key);
    const kept = (...names: string[]) => names.filter((name) => claims.find(name) !== undefined);
    return { clock, claims, claim, kept };
  }

  test("[A2] the idle claim without a password that would expire first is dropped", () => {
    const { claims, claim, kept } = storeOf({ maxClaims: 4 }, ["open, in use", "open 1", "open 2", "password"]);
    claims.nameTaken("open, in use");
    expect(claim("new", "b")).toBe(true);
    expect(kept("open, in use", "open 1", "open 2", "password", "new")).toEqual([
      "open, in use",
      "open 2",
      "password",
      "new",
    ]);
  });

  test("[A2] a claim with a password lasts its full time, however many are made without", () => {
    const { clock, claim, kept } = storeOf({ maxClaims: 10 }, ["password"]);
    for (let n = 0; n < 1_000; n++) claim(`open ${n}`, `address ${n}`);
    clock.advance(59_000);
    for (let n = 0; n < 1_000; n++) claim(`more ${n}`, `address ${n}`);
    expect(kept("password")).toEqual(["password"]);
    clock.advance(1_000);
    expect(kept("password")).toEqual([]);
  });

  test("[A2] when all have a password or are in use, a new one is refused", () => {
    const { claims, claim } = storeOf({ maxClaims: 2 }, ["password 1", "open"]);
    claims.nameTaken("open");
    expect(claim("password 2")).toBe(false);
    expect(claims.size).toBe(2);
  });

  test("[A2] an address pushes out its own claims before those of others", () => {
    const { claim, kept } = storeOf({ maxClaims: 100, maxClaimsPerAddress: 3 }, []);
    claim("other", "b");
    for (let n = 0; n < 10; n++) expect(claim(`open ${n}`)).toBe(true);
    expect(kept("other", "open 6", "open 7", "open 8", "open 9")).toEqual(["other", "open 7", "open 8", "open 9"]);
    for (let n = 0; n < 3; n++) expect(claim(`password ${n}`)).toBe(true);
    expect(claim("password 3")).toBe(false);
    expect(claim("password 3", "c")).toBe(true);
  });

  test("[A2] expired claims take no memory", () => {
    const { clock, claims } = storeOf(
      {},
      Array.from({ length: 1_000 }, (_, n) => (n % 2 === 0 ? `open ${n}` : `password ${n}`)),
    );
    expect(claims.size).toBe(1_000);
    clock.advance(60_000);
    claims.find("any");
    expect(claims.size).toBe(0);
  });
});
