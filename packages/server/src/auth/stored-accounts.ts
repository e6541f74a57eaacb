import type { Account, AccountKind, Accounts } from "../accounts.ts";
import type { Grant, LoginRequest } from "../auth.ts";
import type { CheckResult, PasswordChecker } from "./password-checks.ts";

/** Logins by a stored account, and the grants that rest on one. */
export class StoredAccounts {
  /** Kept beside the grants instead of in them, so that no password hash leaves this folder. */
  private readonly accountByGrant = new WeakMap<Grant, Account>();

  constructor(
    private readonly accounts: Pick<Accounts, "find">,
    private readonly checks: PasswordChecker,
  ) {}

  has(kind: AccountKind, name: string): boolean {
    return this.accounts.find(kind, name) !== undefined;
  }

  /** The account of that name, when the password is its own; else why not. Nobody learns whether the name exists. */
  async authenticate(
    kind: AccountKind,
    { address, login }: LoginRequest,
  ): Promise<Account | Exclude<CheckResult, "right">> {
    const account = this.accounts.find(kind, login.name);
    const outcome = await this.checks.check({
      address,
      subject: `${kind}\0${login.name}`,
      password: login.password,
      hash: account?.passwordHash,
    });
    if (outcome !== "right") return outcome;
    // The check took a while: an account that was removed meanwhile must not come in after its sessions were ended.
    return account && this.isCurrent(account) ? account : "wrong";
  }

  grant(account: Account, name: string): Grant {
    const { kind, delivery } = account;
    const grant: Grant = { ok: true, name, service: kind === "service" ? { name: account.name, delivery } : undefined };
    this.accountByGrant.set(grant, account);
    return grant;
  }

  /** False when the account behind the grant was removed or got another password since. */
  isGrantCurrent(grant: Grant): boolean {
    const account = this.accountByGrant.get(grant);
    return account === undefined || this.isCurrent(account);
  }

  private isCurrent({ kind, name, passwordHash }: Account): boolean {
    return this.accounts.find(kind, name)?.passwordHash === passwordHash;
  }
}
