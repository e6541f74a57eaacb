import { expect, test } from "bun:test";
import { verdictText } from "../kit/auth.ts";
import type { AuthUnderTest } from "./auth.ts";

/** Requests of a cluster have been answered. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What mode `claim` does, on one node and in a cluster (PROTOCOL.md A2, A7, R166). `open` has no user yet. */
export function claimContract(open: AuthUnderTest): void {
  passwordContract(open);
  throttleContract(open);
  expiryContract(open);
}

function passwordContract(open: AuthUnderTest): void {
  test("A2 another password is refused, the same one is not", async () => {
    const { user, auth } = open();
    expect(await verdictText(user("ann", "first"))).toBe("ann");
    auth.nameTaken("root", "ann");
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    expect(await verdictText(user("ann", ""))).toBe("refused: name-claimed");
    expect(await verdictText(user("ann", "first"))).toBe("ann");
  });

  test("A2 of two logins at the same moment only one gets the name, however long hashing takes", async () => {
    const { user, passwords } = open();
    const release = passwords.hold();
    const first = verdictText(user("ann", "first", { address: "10.0.0.1" }));
    const second = verdictText(user("ann", "second", { address: "10.0.0.2" }));
    const again = verdictText(user("ann", "first", { address: "10.0.0.3" }));
    expect(passwords.begun).toBe(1);
    release();
    expect(await Promise.all([first, second, again])).toEqual(["ann", "refused: name-claimed", "ann"]);
  });

  test("A2 the empty password claims like any other, and needs no check", async () => {
    const { user, passwords } = open();
    expect(await verdictText(user("ann", ""))).toBe("ann");
    expect(await verdictText(user("ann", ""))).toBe("ann");
    expect(await verdictText(user("ann", "guess"))).toBe("refused: name-claimed");
    expect(passwords.begun).toBe(0);
  });

  test("A2 D4 a claim counts in its own instance only", async () => {
    const { user } = open();
    expect(await verdictText(user("ann", "first", { instance: "one" }))).toBe("ann");
    expect(await verdictText(user("ann", "second", { instance: "two" }))).toBe("ann");
  });

  test("A2 a name whose password could not be hashed stays free", async () => {
    const { user, passwords } = open();
    const failing = passwords.hash;
    passwords.hash = () => Promise.reject(new Error("no memory for a hash"));
    const failed = verdictText(user("ann", "first"));
    expect(failed).rejects.toThrow("no memory");
    await failed.catch(() => {});
    passwords.hash = failing;
    expect(await verdictText(user("ann", "second"))).toBe("ann");
  });
}

function throttleContract(open: AuthUnderTest): void {
  test("A7 guessing a claimed name is throttled, claiming a free name is not", async () => {
    const { user, auth } = open();
    await verdictText(user("ann", "right"));
    auth.nameTaken("root", "ann");
    const from = { address: "10.6.6.6" };
    for (let i = 0; i < 10; i++)
      expect(await verdictText(user("ann", `guess ${i}`, from))).toBe("refused: name-claimed");
    expect(await verdictText(user("ann", "right", from))).toBe("refused: throttled");
    expect(await verdictText(user("ann", "right"))).toBe("ann");
    expect(await verdictText(user("bob", "whatever", from))).toBe("bob");
  });

  test("A7 the owner of a claim can return although a neighbour at the same address guesses", async () => {
    const { user, auth } = open();
    const shared = { address: "10.6.6.6" };
    await verdictText(user("ann", "right", shared));
    await verdictText(user("bob", "secret"));
    for (const name of ["ann", "bob"]) auth.nameTaken("root", name);
    for (let i = 0; i < 20; i++) await verdictText(user("bob", `guess ${i}`, shared));
    expect(await verdictText(user("bob", "secret", shared))).toBe("refused: throttled");
    expect(await verdictText(user("ann", "right", shared))).toBe("ann");
  });
}

function expiryContract(open: AuthUnderTest): void {
  test("A2 a claim ends --claim-ttl after the last session with the name, not before", async () => {
    const { user, auth, clock } = open({ claimTtl: 60 });
    await verdictText(user("ann", "first"));
    auth.nameTaken("root", "ann");
    clock.advance(3_600_000);
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    auth.nameReleased("root", "ann");
    await settled();
    clock.advance(59_999);
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    clock.advance(1);
    expect(await verdictText(user("ann", "second"))).toBe("ann");
  });

  test("A2 not if its owner returns in time", async () => {
    const { user, auth, clock } = open({ claimTtl: 60 });
    await verdictText(user("ann", "first"));
    auth.nameTaken("root", "ann");
    auth.nameReleased("root", "ann");
    await settled();
    clock.advance(50_000);
    await verdictText(user("ann", "first"));
    auth.nameTaken("root", "ann");
    clock.advance(50_000);
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
  });

  test("A2 with --claim-ttl 0 when the last session ends, and not between the grant and the session taking the name", async () => {
    const { user, auth, clock } = open({ claimTtl: 0 });
    await verdictText(user("ann", "first"));
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    auth.nameTaken("root", "ann");
    auth.nameReleased("root", "ann");
    await settled();
    clock.advance(1_000);
    expect(await verdictText(user("ann", "second"))).toBe("ann");
  });
}
