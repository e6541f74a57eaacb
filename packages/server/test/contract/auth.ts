import { expect, test } from "bun:test";
import { CHECKS_AT_ONCE } from "../../src/auth/create-auth.ts";
import { account, type TestAuth, verdictText } from "../kit/auth.ts";

/** A mode in which the user `ann` may log in with the password `right`. */
export type AuthUnderTest = (settings?: { reserve?: readonly string[]; claimTtl?: number }) => TestAuth;

const calc = account("service", "calc", "secret", "one");

/** What every auth mode does with services, and with users under names that services have. */
export function authContract(open: AuthUnderTest): void {
  loginContract(open);
  namesContract(open);
  limitsContract(open);
  changeContract(open);
}

function loginContract(open: AuthUnderTest): void {
  test("A1 A2 A3 a user who may log in has the name it gave", async () => {
    const { user } = open();
    expect(await user("ann", "right")).toEqual({ ok: true, name: "ann", service: undefined });
  });

  test("K12 a service logs in with its password, under its own name or a tag", async () => {
    const { accounts, service } = open();
    accounts.put(calc);
    const common = { name: "calc", delivery: "one" } as const;
    expect(await service("calc", "secret")).toEqual({ ok: true, name: "calc", service: common });
    expect(await service("calc", "secret", { tag: "calc-2" })).toEqual({ ok: true, name: "calc-2", service: common });
    expect(await service("calc", "secret", { tag: "calc" })).toEqual({ ok: true, name: "calc", service: common });
  });

  test("A5 nothing reveals whether a service exists: the refusal and the work are the same", async () => {
    const { accounts, service, passwords } = open();
    accounts.put(calc);
    expect(await verdictText(service("calc", "wrong"))).toBe("refused: wrong-service");
    expect(await verdictText(service("nobody", "wrong"))).toBe("refused: wrong-service");
    expect(await verdictText(service("calc", "wrong", { tag: "calc-2" }))).toBe("refused: wrong-service");
    expect(passwords.begun).toBe(3);
  });

  test("K12 a user's account is not a service's", async () => {
    const { accounts, service } = open();
    accounts.put(account("user", "bob", "secret"));
    expect(await verdictText(service("bob", "secret"))).toBe("refused: wrong-service");
  });
}

function namesContract(open: AuthUnderTest): void {
  test("A4 the name of a service is refused to users from the moment it is added, without a check", async () => {
    const { accounts, user, passwords } = open();
    expect(await verdictText(user("ann", "right"))).toBe("ann");
    const { begun } = passwords;
    accounts.put({ ...calc, name: "ann" });
    expect(user("ann", "right")).toMatchObject({ refusal: "name-reserved" });
    expect(passwords.begun).toBe(begun);
    accounts.remove("service", "ann");
    expect(await verdictText(user("ann", "right"))).toBe("ann");
  });

  test("A4 names the operator reserved are refused to users, and free for services", async () => {
    const { accounts, user, service } = open({ reserve: ["calc-*", "admin"] });
    accounts.put(calc);
    expect(await verdictText(user("calc-1", "right"))).toBe("refused: name-reserved");
    expect(await verdictText(user("admin", "right"))).toBe("refused: name-reserved");
    expect(await verdictText(user("ann", "right"))).toBe("ann");
    expect(await verdictText(service("calc", "secret", { tag: "calc-1" }))).toBe("calc-1");
  });

  test("A4 the name of one service is refused to another as a tag", async () => {
    const { accounts, service } = open();
    accounts.put(calc);
    accounts.put({ ...calc, name: "store" });
    expect(await verdictText(service("calc", "secret", { tag: "store" }))).toBe("refused: name-reserved");
  });
}

function limitsContract(open: AuthUnderTest): void {
  test("A7 guessing a service's password is throttled, without hindering the service elsewhere", async () => {
    const { accounts, service } = open();
    accounts.put(calc);
    const from = { address: "10.6.6.6" };
    const guesses = await Promise.all(
      Array.from({ length: 40 }, (_, i) => verdictText(service("calc", `guess ${i}`, from))),
    );
    expect(guesses.filter((guess) => guess === "refused: wrong-service").length).toBeLessThanOrEqual(11);
    expect(await verdictText(service("calc", "secret", from))).toBe("refused: throttled");
    expect(await verdictText(service("calc", "secret"))).toBe("calc");
  });

  test("A5 logins that exceed the queue are refused as busy", async () => {
    const { accounts, service, passwords } = open();
    accounts.put(calc);
    const release = passwords.hold();
    const crowd = Array.from({ length: 300 }, () => verdictText(service("calc", "secret", { address: "10.7.7.7" })));
    const single = verdictText(service("calc", "secret"));
    release();
    const outcomes = await Promise.all(crowd);
    expect(outcomes.filter((outcome) => outcome === "calc").length).toBe(250 + CHECKS_AT_ONCE);
    expect(outcomes.filter((outcome) => outcome === "refused: busy").length).toBe(50 - CHECKS_AT_ONCE);
    expect(await single).toBe("calc");
  });
}

function changeContract(open: AuthUnderTest): void {
  test("A8 a change of accounts is reported once", () => {
    const { accounts, auth } = open();
    auth.accountsChanged();
    expect(auth.accountsChanged()).toBe(false);
    accounts.put(calc);
    expect(auth.accountsChanged()).toBe(true);
    expect(auth.accountsChanged()).toBe(false);
  });

  test("A8 a service's session holds until its account is removed or gets another password", async () => {
    const { accounts, auth, service } = open();
    accounts.put(calc);
    const grant = await service("calc", "secret", { tag: "calc-2" });
    if (!grant.ok) throw new Error(grant.refusal);
    accounts.put(account("service", "other", "x"));
    expect(auth.isCurrent(grant)).toBe(true);
    accounts.put({ ...calc, passwordHash: "another" });
    expect(auth.isCurrent(grant)).toBe(false);
    accounts.put(calc);
    expect(auth.isCurrent(grant)).toBe(true);
    accounts.remove("service", "calc");
    expect(auth.isCurrent(grant)).toBe(false);
  });

  test("A8 a name that became a service's is no longer a user's, nor another service's tag", async () => {
    const { accounts, auth, user, service } = open();
    accounts.put(calc);
    const users = await user("ann", "right");
    const tag = await service("calc", "secret", { tag: "calc-2" });
    if (!users.ok || !tag.ok) throw new Error("both should be granted");
    expect([auth.isCurrent(users), auth.isCurrent(tag)]).toEqual([true, true]);
    accounts.put(account("service", "ann", "x"));
    expect([auth.isCurrent(users), auth.isCurrent(tag)]).toEqual([false, true]);
    accounts.put(account("service", "calc-2", "x"));
    expect(auth.isCurrent(tag)).toBe(false);
  });

  test("A8 an account that changes during its password check cannot log in", async () => {
    const { accounts, passwords, service } = open();
    accounts.put(calc);
    accounts.put({ ...calc, name: "store" });
    const release = passwords.hold();
    const removed = verdictText(service("calc", "secret"));
    const changed = verdictText(service("store", "secret"));
    accounts.remove("service", "calc");
    accounts.put({ ...calc, name: "store", passwordHash: "another" });
    release();
    expect(await removed).toBe("refused: wrong-service");
    expect(await changed).toBe("refused: wrong-service");
  });
}
