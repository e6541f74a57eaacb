import type { Account, AccountKind, Delivery } from "../../src/accounts.ts";
import { createAuth } from "../../src/auth/create-auth.ts";
import type { ClaimsLog } from "../../src/auth/shared-claim-mode.ts";
import type { LoginRequest, SavableAuth, Verdict } from "../../src/auth.ts";
import type { Config } from "../../src/config/config.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakePasswords } from "./fake-passwords.ts";
import { MemoryAccounts } from "./memory-accounts.ts";

/** An auth mode with accounts, passwords and a clock that the test controls. */
export interface TestAuth {
  readonly auth: SavableAuth;
  readonly accounts: MemoryAccounts;
  readonly passwords: FakePasswords;
  readonly clock: FakeClock;
  user(name: string, password: string, from?: { instance?: string; address?: string }): Verdict | Promise<Verdict>;
  service(
    name: string,
    password: string,
    from?: { tag?: string; instance?: string; address?: string },
  ): Promise<Verdict>;
}

export function createTestAuth(
  mode: Config["auth"],
  { claimTtl = 600, reserve = [] as readonly string[], lookalikes = "refuse" as Config["lookalikes"] } = {},
  /** Of a cluster; without it the claims are those of one node. */
  openClaims?: (clock: FakeClock, claimTtl: number) => ClaimsLog,
): TestAuth {
  const accounts = new MemoryAccounts();
  const passwords = new FakePasswords();
  const clock = new FakeClock();
  const auth = createAuth(
    { auth: mode, claimTtl, reserve, lookalikes },
    accounts,
    clock,
    passwords,
    openClaims?.(clock, claimTtl),
  );
  const request = (login: LoginRequest["login"], { instance = "root", address = "10.0.0.1" }): LoginRequest => ({
    instance,
    address,
    login,
  });
  return {
    auth,
    accounts,
    passwords,
    clock,
    user: (name, password, from = {}) =>
      auth.login(request({ verb: "login", as: "user", name, password, tag: undefined }, from)),
    service: async (name, password, { tag, ...from } = {}) =>
      auth.login(request({ verb: "login", as: "service", name, password, tag }, from)),
  };
}

export const account = (kind: AccountKind, name: string, password: string, delivery: Delivery = "all"): Account => ({
  kind,
  name,
  passwordHash: FakePasswords.hashOf(password),
  delivery,
});

/** A verdict in one word: the name granted, or why not. */
export async function verdictText(verdict: Verdict | Promise<Verdict>): Promise<string> {
  const settled = await verdict;
  return settled.ok ? settled.name : `refused: ${settled.refusal}`;
}
