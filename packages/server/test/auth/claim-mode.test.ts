import { describe, expect, test } from "bun:test";
import { ClaimStore } from "../../src/auth/claim-store.ts";
import { createTestAuth, verdictText } from "../kit/auth.ts";
import { FakeClock } from "../kit/fake-clock.ts";

describe("A2 the first password holds a name", () => {
  test("A2 another password is refused, the same one is not", async () => {
    const { user, auth } = createTestAuth("claim");
    expect(await verdictText(user("ann", "first"))).toBe("ann");
    auth.nameTaken("root", "ann");
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    expect(await verdictText(user("ann", ""))).toBe("refused: name-claimed");
    expect(await verdictText(user("ann", "first"))).toBe("ann");
  });

  test("A2 of two logins at the same moment only one gets the name, however long hashing takes", async () => {
    const { user, passwords } = createTestAuth("claim");
    const release = passwords.hold();
    const first = verdictText(user("ann", "first", { address: "10.0.0.1" }));
    const second = verdictText(user("ann", "second", { address: "10.0.0.2" }));
    const again = verdictText(user("ann", "first", { address: "10.0.0.3" }));
    expect(passwords.begun).toBe(1);
    release();
    expect(await Promise.all([first, second, again])).toEqual(["ann", "refused: name-claimed", "ann"]);
  });

  test("A2 the empty password claims like any other, and needs no check", async () => {
    const { user, passwords } = createTestAuth("claim");
    expect(user("ann", "")).toMatchObject({ ok: true });
    expect(user("ann", "")).toMatchObject({ ok: true });
    expect(user("ann", "guess")).toMatchObject({ refusal: "name-claimed" });
    expect(passwords.begun).toBe(0);
  });

  test("A2 D4 a claim counts in its own instance only", async () => {
    const { user } = createTestAuth("claim");
    expect(await verdictText(user("ann", "first", { instance: "one" }))).toBe("ann");
    expect(await verdictText(user("ann", "second", { instance: "two" }))).toBe("ann");
  });

  test("A7 guessing a claimed name is throttled, claiming a free name is not", async () => {
    const { user, auth } = createTestAuth("claim");
    await verdictText(user("ann", "right"));
    auth.nameTaken("root", "ann");
    const from = { address: "10.6.6.6" };
    for (let i = 0; i < 10; i++)
      expect(await verdictText(user("ann", `guess ${i}`, from))).toBe("refused: name-claimed");
    expect(await verdictText(user("ann", "right", from))).toBe("refused: throttled");
    expect(await verdictText(user("ann", "right"))).toBe("ann");
    expect(await verdictText(user("bob", "whatever", from))).toBe("bob");
  });
});

test("A7 the owner of a claim can return although a neighbour at the same address guesses", async () => {
  const { user, auth } = createTestAuth("claim");
  const shared = { address: "10.6.6.6" };
  await verdictText(user("ann", "right", shared));
  await verdictText(user("bob", "secret"));
  for (const name of ["ann", "bob"]) auth.nameTaken("root", name);
  for (let i = 0; i < 20; i++) await verdictText(user("bob", `guess ${i}`, shared));
  expect(await verdictText(user("bob", "secret", shared))).toBe("refused: throttled");
  expect(await verdictText(user("ann", "right", shared))).toBe("ann");
});

describe("A2 a claim expires", () => {
  test("A2 --claim-ttl after the last session with the name, not before", async () => {
    const { user, auth, clock } = createTestAuth("claim", { claimTtl: 60 });
    await verdictText(user("ann", "first"));
    auth.nameTaken("root", "ann");
    clock.advance(3_600_000);
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    auth.nameReleased("root", "ann");
    clock.advance(59_999);
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    clock.advance(1);
    expect(await verdictText(user("ann", "second"))).toBe("ann");
  });

  test("A2 not if its owner returns in time", async () => {
    const { user, auth, clock } = createTestAuth("claim", { claimTtl: 60 });
    await verdictText(user("ann", "first"));
    auth.nameTaken("root", "ann");
    auth.nameReleased("root", "ann");
    clock.advance(50_000);
    await verdictText(user("ann", "first"));
    auth.nameTaken("root", "ann");
    clock.advance(50_000);
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
  });

  test("A2 with --claim-ttl 0 when the last session ends, and not between the grant and the session taking the name", async () => {
    const { user, auth, clock } = createTestAuth("claim", { claimTtl: 0 });
    await verdictText(user("ann", "first"));
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    auth.nameTaken("root", "ann");
    auth.nameReleased("root", "ann");
    clock.advance(1_000);
    expect(await verdictText(user("ann", "second"))).toBe("ann");
  });

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

  test("A2 a name whose password could not be hashed stays free", async () => {
    const { user, passwords } = createTestAuth("claim");
    const failing = passwords.hash;
    passwords.hash = () => Promise.reject(new Error("no memory for a hash"));
    expect(verdictText(user("ann", "first"))).rejects.toThrow("no memory");
    await Promise.resolve();
    passwords.hash = failing;
    await verdictText(user("bob", "x"));
    expect(await verdictText(user("ann", "second"))).toBe("ann");
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
