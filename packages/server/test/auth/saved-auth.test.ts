import { describe, expect, test } from "bun:test";
import type { Grant, Verdict } from "../../src/auth.ts";
import { account, createTestAuth, type TestAuth, verdictText } from "../kit/auth.ts";

async function granted(verdict: Verdict | Promise<Verdict>): Promise<Grant> {
  const settled = await verdict;
  if (!settled.ok) throw new Error(`refused: ${settled.refusal}`);
  return settled;
}

/** The auth of the next start, with the same accounts, and the claims as JSON would keep them. */
function restarted(before: TestAuth, mode: "open" | "claim" | "accounts", reserve: readonly string[] = []): TestAuth {
  const after = createTestAuth(mode, { reserve });
  for (const kind of ["user", "service"] as const)
    for (const one of before.accounts.list(kind)) after.accounts.put(one);
  after.auth.restoreClaims(JSON.parse(JSON.stringify(before.auth.saveClaims())));
  return after;
}

describe("R82 grants over a restart", () => {
  test("R82 a user and an instance of a service keep theirs", async () => {
    const before = createTestAuth("accounts");
    before.accounts.put(account("user", "ann", "right"));
    before.accounts.put(account("service", "calc", "secret", "one"));
    const grants = [
      await granted(before.user("ann", "right")),
      await granted(before.service("calc", "secret", { tag: "calc-2" })),
    ];
    const after = restarted(before, "accounts");
    for (const grant of grants) expect(after.auth.restoreGrant(before.auth.saveGrant(grant))).toEqual(grant);
  });

  test("R82 contain neither the password nor its hash", async () => {
    const before = createTestAuth("accounts");
    before.accounts.put(account("user", "ann", "right"));
    const saved = JSON.stringify(before.auth.saveGrant(await granted(before.user("ann", "right"))));
    expect(saved).not.toContain("right");
    expect(saved).not.toContain(account("user", "ann", "right").passwordHash);
  });

  test.each<[string, (auth: TestAuth) => void]>([
    ["removed", ({ accounts }) => accounts.remove("user", "ann")],
    ["given another password", ({ accounts }) => accounts.put(account("user", "ann", "other"))],
  ])("R82 A8 a user whose account was %s meanwhile loses it", async (_, change) => {
    const before = createTestAuth("accounts");
    before.accounts.put(account("user", "ann", "right"));
    const saved = before.auth.saveGrant(await granted(before.user("ann", "right")));
    const after = restarted(before, "accounts");
    change(after);
    expect(after.auth.restoreGrant(saved)).toBeUndefined();
  });

  test("R82 A4 a user whose name is reserved now, or looks like a reserved one, loses it", async () => {
    const before = createTestAuth("open");
    const saved = before.auth.saveGrant(await granted(before.user("Calc-1", "")));
    const plain = restarted(before, "open").auth;
    expect(plain.restoreGrant(saved)).toMatchObject({ name: "Calc-1" });
    expect(restarted(before, "open", ["Calc-*"]).auth.restoreGrant(saved)).toBeUndefined();
    expect(restarted(before, "open", ["calc-1"]).auth.restoreGrant(saved)).toBeUndefined();
  });
});

describe("R82 claims over a restart", () => {
  test("R82 A2 a name stays claimed with its password", async () => {
    const before = createTestAuth("claim");
    await verdictText(before.user("ann", "first"));
    await verdictText(before.user("bob", ""));
    const { user } = restarted(before, "claim");
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
    expect(await verdictText(user("ann", "first"))).toBe("ann");
    expect(await verdictText(user("bob", "guess"))).toBe("refused: name-claimed");
  });

  test("R82 A2 an idle claim expires as if nothing had happened, and one in use lasts", async () => {
    const before = createTestAuth("claim");
    for (const name of ["ann", "bob"]) {
      await verdictText(before.user(name, "first"));
      before.auth.nameTaken("root", name);
    }
    before.auth.nameReleased("root", "bob");
    before.clock.advance(400_000);
    const { auth, clock, user } = restarted(before, "claim");
    auth.nameTaken("root", "ann");
    clock.advance(199_000);
    expect(await verdictText(user("bob", "second"))).toBe("refused: name-claimed");
    clock.advance(2_000);
    expect(await verdictText(user("bob", "second"))).toBe("bob");
    expect(await verdictText(user("ann", "second"))).toBe("refused: name-claimed");
  });

  test("R82 a claim whose password is still hashed is left to the login that is handled again", async () => {
    const before = createTestAuth("claim");
    const pending = before.user("ann", "first");
    expect(before.auth.saveClaims()).toEqual([]);
    await pending;
    expect(before.auth.saveClaims()).toHaveLength(1);
  });
});
