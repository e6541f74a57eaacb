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

  test("A2 two who come for a name at the same moment do not both get it, however long hashing takes", async () => {
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

  test("A7 guessing at a claimed name is throttled, taking a free name is not", async () => {
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

test("A7 who claimed a name comes back to it though a neighbour at the same address guesses", async () => {
  const { user, auth } = createTestAuth("claim");
  const shared = { address: "10.6.6.6" };
  await verdictText(user("ann", "right", shared));
  await verdictText(user("bob", "secret"));
  for (const name of ["ann", "bob"]) auth.nameTaken("root", name);
  for (let i = 0; i < 20; i++) await verdictText(user("bob", `guess ${i}`, shared));
  expect(await verdictText(user("bob", "secret", shared))).toBe("refused: throttled");
  expect(await verdictText(user("ann", "right", shared))).toBe("ann");
});

describe("A2 a claim ends", () => {
  test("A2 --claim-ttl after the last session that bore the name, not before", async () => {
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

  test("A2 not while its owner comes back in time", async () => {
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

  test("A2 with --claim-ttl 0 when the last one leaves, and not between the grant and the session bearing the name", async () => {
    const { user, auth, clock } = createTestAuth("claim", { claimTtl: 0 });
    await verdictText(user("ann", "first"));
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    auth.nameTaken("root", "ann");
    auth.nameReleased("root", "ann");
    clock.advance(1_000);
    expect(await verdictText(user("ann", "second"))).toBe("ann");
  });

  test("A2 when it ended during the check, the password that was right claims the name anew", async () => {
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

describe("A2 claims are bounded", () => {
  const hash = Promise.resolve("hash");

  test("A2 the idle claim that would end first gives way, a borne one never does", () => {
    const clock = new FakeClock();
    const claims = new ClaimStore(clock, { ttl: 60_000, maxClaims: 2 });
    for (const key of ["borne", "idle"]) {
      claims.add(key, hash);
      claims.renew(key);
    }
    claims.nameTaken("borne");
    expect(claims.add("new", hash)).toBe(true);
    expect(claims.find("idle")).toBeUndefined();
    expect(claims.find("borne")).toBeDefined();
    expect(claims.add("no room", hash)).toBe(false);
    expect(claims.size).toBe(2);
  });

  test("A2 ended claims take no memory", () => {
    const clock = new FakeClock();
    const claims = new ClaimStore(clock, { ttl: 60_000 });
    for (let i = 0; i < 1_000; i++) {
      claims.add(`key ${i}`, hash);
      claims.renew(`key ${i}`);
    }
    clock.advance(60_000);
    claims.find("any");
    expect(claims.size).toBe(0);
  });
});
