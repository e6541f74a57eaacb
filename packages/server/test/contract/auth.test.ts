import { describe, expect, test } from "bun:test";
import { account, createTestAuth, verdictText } from "../kit/auth.ts";
import { claimsInLog } from "../kit/claims-in-log.ts";
import { OrderedClaims } from "../kit/shared-claims.ts";
import { type AuthUnderTest, authContract } from "./auth.ts";
import { claimContract } from "./claims.ts";

describe("mode open", () => {
  const open: AuthUnderTest = (settings) => createTestAuth("open", settings);
  authContract(open);

  test("A1 names are shared and passwords are not looked at, at once", () => {
    const { user, passwords } = open();
    for (const password of ["one", "two", ""]) expect(user("ann", password)).toMatchObject({ ok: true, name: "ann" });
    expect(passwords.begun).toBe(0);
  });

  test("A4 a tag of a service that is also a user's account cannot be used by that user to log in", async () => {
    const { accounts, service } = open();
    accounts.put(account("service", "calc", "secret"));
    accounts.put(account("user", "bob", "x"));
    expect(await verdictText(service("calc", "secret", { tag: "bob" }))).toBe("bob");
  });
});

/** Mode claim on one node, and in a cluster: on the log itself, and on the one in memory that other tests use. */
const claimModes: readonly (readonly [string, Parameters<typeof createTestAuth>[2]])[] = [
  ["one node", undefined],
  ["a cluster with its log", claimsInLog],
  ["a cluster with requests in memory", (clock, claimTtl) => new OrderedClaims(clock).node("a", claimTtl * 1_000)],
];

describe.each(claimModes)("mode claim: %s", (_, openClaims) => {
  const open: AuthUnderTest = (settings) => createTestAuth("claim", settings, openClaims);
  authContract(open);
  claimContract(open);

  test("A4 a claimed name is refused to services as a tag, even while nobody uses it", async () => {
    const { accounts, auth, user, service } = open();
    accounts.put(account("service", "calc", "secret"));
    await verdictText(user("ann", "right"));
    auth.nameTaken("root", "ann");
    auth.nameReleased("root", "ann");
    await new Promise((resolve) => setImmediate(resolve));
    expect(await verdictText(service("calc", "secret", { tag: "ann" }))).toBe("refused: name-held");
    expect(await verdictText(service("calc", "secret", { tag: "ann", instance: "other" }))).toBe("ann");
  });

  test("A4 a service has its own name even if a user claimed it before the service was added", async () => {
    const { accounts, user, service } = open();
    await verdictText(user("calc", "mine"));
    accounts.put(account("service", "calc", "secret"));
    expect(await verdictText(service("calc", "secret"))).toBe("calc");
  });
});

describe("mode accounts", () => {
  const open: AuthUnderTest = (settings) => {
    const made = createTestAuth("accounts", settings);
    made.accounts.put(account("user", "ann", "right"));
    return made;
  };
  authContract(open);

  test("A3 only users with an account log in, and nothing reveals who has one", async () => {
    const { user, passwords } = open();
    expect(await verdictText(user("ann", "right"))).toBe("ann");
    expect(await verdictText(user("ann", "wrong"))).toBe("refused: wrong-password");
    expect(await verdictText(user("bob", "right"))).toBe("refused: wrong-password");
    expect(await verdictText(user("bob", ""))).toBe("refused: wrong-password");
    expect(passwords.begun).toBe(4);
  });

  test("A8 a user's session holds until the account is removed or gets another password", async () => {
    const { accounts, auth, user } = open();
    const grant = await user("ann", "right");
    if (!grant.ok) throw new Error(grant.refusal);
    expect(auth.isCurrent(grant)).toBe(true);
    accounts.put(account("user", "ann", "another"));
    expect(auth.isCurrent(grant)).toBe(false);
    accounts.remove("user", "ann");
    expect(auth.isCurrent(grant)).toBe(false);
  });

  test("A4 a user's name is refused to services as a tag, even while nobody uses it", async () => {
    const { accounts, service } = open();
    accounts.put(account("service", "calc", "secret"));
    expect(await verdictText(service("calc", "secret", { tag: "ann" }))).toBe("refused: name-held");
  });

  test("A7 a stranger who guesses does not lock the owner out", async () => {
    const { user } = open();
    const from = { address: "10.6.6.6" };
    for (let i = 0; i < 10; i++) await verdictText(user("ann", `guess ${i}`, from));
    expect(await verdictText(user("ann", "right", from))).toBe("refused: throttled");
    expect(await verdictText(user("nobody", "x", from))).toBe("refused: throttled");
    expect(await verdictText(user("ann", "right"))).toBe("ann");
  });

  test("A7 a noisy neighbour behind the same address does not lock out who has logged in from there", async () => {
    const { user } = open();
    expect(await verdictText(user("ann", "right"))).toBe("ann");
    for (let i = 0; i < 20; i++) await verdictText(user("bob", `guess ${i}`));
    expect(await verdictText(user("bob", "x"))).toBe("refused: throttled");
    expect(await verdictText(user("ann", "right"))).toBe("ann");
  });
});
