import { createHash } from "node:crypto";
import type { Account, AccountKind, Accounts } from "../accounts.ts";
import type { Grant, LoginRequest, SavedGrant } from "../auth.ts";
import type { CheckResult, PasswordChecker } from "./password-checks.ts";

/** Logins with a stored account, and the grants that depend on one. */
export class StoredAccounts {
  /** Kept separately from the grants, so that no password hash leaves this folder. */
  private readonly accountByGrant = new WeakMap<Grant, Account>();

  constructor(
    private readonly accounts: Pick<Accounts, "find">,
    private readonly checks: PasswordChecker,
  ) {}

  has(kind: AccountKind, name: string): boolean {
    return this.accounts.find(kind, name) !== undefined;
  }

  /** The account of that name if the password is right, or else why not. Does not reveal whether the account exists. */
  async authenticate(
    kind: AccountKind,
    { address, login }: LoginRequest,
  ): Promise<Account | Exclude<CheckResult, "right">> {
    const account = this.accounts.find(kind, login.name);
    const result = await this.checks.check({
      address,
      subject: `${kind}\0${login.name}`,
      password: login.password,
      hash: account?.passwordHash,
    });
    if (result !== "right") return result;
    // An account removed during the check must not log in after its other sessions have been closed.
    return account && this.isCurrent(account) ? account : "wrong";
  }

  grant(account: Account, name: string): Grant {
    const { kind, delivery } = account;
    const grant: Grant = { ok: true, name, service: kind === "service" ? { name: account.name, delivery } : undefined };
    this.accountByGrant.set(grant, account);
    return grant;
  }

  /** False when the account of the grant has been removed or given another password. */
  isGrantCurrent(grant: Grant): boolean {
    const account = this.accountByGrant.get(grant);
    return account === undefined || this.isCurrent(account);
  }

  saveGrant(grant: Grant): SavedGrant {
    const { name, service } = grant;
    const account = this.accountByGrant.get(grant);
    return { name, ...(service && { service: service.name }), ...(account && { account: fingerprintOf(account) }) };
  }

  /** undefined when the account has been removed or changed. */
  restoreGrant({ name, service, account: fingerprint }: SavedGrant): Grant | undefined {
    if (fingerprint === undefined) return { ok: true, name, service: undefined };
    const account = this.accounts.find(service === undefined ? "user" : "service", service ?? name);
    return account && fingerprintOf(account) === fingerprint ? this.grant(account, name) : undefined;
  }

  private isCurrent({ kind, name, passwordHash }: Account): boolean {
    return this.accounts.find(kind, name)?.passwordHash === passwordHash;
  }
}

/** Distinguishes an account from another one with the same name, or with another password, without containing its hash. */
const fingerprintOf = ({ kind, name, passwordHash }: Account): string =>
  createHash("sha256").update(`${kind}\0${name}\0${passwordHash}`).digest("base64url");
