import type { Accounts } from "../accounts.ts";
import {
  type Grant,
  type LoginRequest,
  refuse,
  type SavableAuth,
  type SavedClaim,
  type SavedGrant,
  type Verdict,
} from "../auth.ts";
import { matchesGlob } from "../config/glob.ts";
import type { AuthMode } from "./auth-modes.ts";
import { Lookalikes } from "./lookalikes.ts";
import type { StoredAccounts } from "./stored-accounts.ts";

export interface ServiceAuthDeps {
  readonly accounts: Pick<Accounts, "version" | "list">;
  readonly stored: StoredAccounts;
  /** Decides the logins of users. */
  readonly mode: AuthMode;
  /** Patterns of names that users cannot have, in addition to those of services. */
  readonly reserve: readonly string[];
  /** Whether names that look like one of a service, or like a reserved one, are refused as well. */
  readonly refuseLookalikes: boolean;
}

/** Logs services in, keeps their names from users, and passes all other logins on to the auth mode (PROTOCOL.md A4). */
export class ServiceAuth implements SavableAuth {
  private seenVersion: number;
  private known: { readonly version: number; readonly lookalikes: Lookalikes } | undefined;

  constructor(private readonly deps: ServiceAuthDeps) {
    this.seenVersion = deps.accounts.version();
  }

  login(request: LoginRequest): Verdict | Promise<Verdict> {
    const { as, name } = request.login;
    if (as === "service") return this.loginService(request);
    if (this.isReserved(name)) return refuse("name-reserved");
    return this.lookalikes()?.find(name) === undefined ? this.deps.mode.login(request) : refuse("name-lookalike");
  }

  nameTaken(instance: string, name: string): void {
    this.deps.mode.nameTaken(instance, name);
  }

  nameReleased(instance: string, name: string): void {
    this.deps.mode.nameReleased(instance, name);
  }

  accountsChanged(): boolean {
    const version = this.deps.accounts.version();
    const changed = version !== this.seenVersion;
    this.seenVersion = version;
    // Both are asked: each remembers what it has said.
    return this.deps.mode.changed() || changed;
  }

  isCurrent(grant: Grant): boolean {
    const { stored, mode } = this.deps;
    if (!mode.isCurrent(grant)) return false;
    // Once a name belongs to a service, no user and no tag of another service may keep it.
    return stored.isGrantCurrent(grant) && (grant.name === grant.service?.name || !stored.has("service", grant.name));
  }

  saveGrant(grant: Grant): SavedGrant {
    return this.deps.stored.saveGrant(grant);
  }

  restoreGrant(saved: SavedGrant): Grant | undefined {
    const { name, service } = saved;
    if (service === undefined && (this.isReserved(name) || this.lookalikes()?.find(name) !== undefined))
      return undefined;
    const grant = this.deps.stored.restoreGrant(saved);
    return grant && this.isCurrent(grant) ? grant : undefined;
  }

  saveClaims(): readonly SavedClaim[] {
    return this.deps.mode.saveClaims();
  }

  restoreClaims(claims: readonly SavedClaim[]): void {
    this.deps.mode.restoreClaims(claims);
  }

  private isReserved(name: string): boolean {
    const { reserve, stored } = this.deps;
    // Read from the store each time: a service added on the command line owns its name from the next login on.
    return stored.has("service", name) || reserve.some((pattern) => matchesGlob(pattern, name));
  }

  /** Made again when accounts have changed: a service added on the command line is protected from the next login on. */
  private lookalikes(): Lookalikes | undefined {
    const { accounts, reserve, refuseLookalikes } = this.deps;
    if (!refuseLookalikes) return undefined;
    const version = accounts.version();
    if (this.known?.version !== version) {
      const services = accounts.list("service").map(({ name }) => name);
      this.known = { version, lookalikes: new Lookalikes([...services, ...reserve]) };
    }
    return this.known.lookalikes;
  }

  /** A tag may look like the name of its own service, and like a reserved name, which may be reserved for it. */
  private looksLikeOtherService(tag: string, service: string): boolean {
    const found = this.lookalikes()?.find(tag);
    return found !== undefined && found !== service && this.deps.stored.has("service", found);
  }

  private async loginService(request: LoginRequest): Promise<Verdict> {
    const { stored, mode } = this.deps;
    const account = await stored.authenticate("service", request);
    if (account === "wrong") return refuse("wrong-service");
    if (typeof account === "string") return refuse(account);
    const name = request.login.tag ?? account.name;
    if (name !== account.name) {
      if (stored.has("service", name)) return refuse("name-reserved");
      if (this.looksLikeOtherService(name, account.name)) return refuse("name-lookalike");
      if (mode.owns(request.instance, name)) return refuse("name-held");
    }
    return stored.grant(account, name);
  }
}
