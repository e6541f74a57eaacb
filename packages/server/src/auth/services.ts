import type { Accounts } from "../accounts.ts";
import { type Auth, type Grant, type LoginRequest, refuse, type Verdict } from "../auth.ts";
import type { AuthMode } from "./auth-mode.ts";
import { matchesGlob } from "./glob.ts";
import type { StoredAccounts } from "./stored-accounts.ts";

export interface ServiceAuthDeps {
  readonly accounts: Pick<Accounts, "version">;
  readonly stored: StoredAccounts;
  /** Decides on users. */
  readonly mode: AuthMode;
  /** Patterns of names that users are refused, beside those of services. */
  readonly reserve: readonly string[];
}

/** Stands before every auth mode: lets services in, and keeps their names from users (PROTOCOL.md A4). */
export class ServiceAuth implements Auth {
  private seenVersion: number;

  constructor(private readonly deps: ServiceAuthDeps) {
    this.seenVersion = deps.accounts.version();
  }

  login(request: LoginRequest): Verdict | Promise<Verdict> {
    const { as, name } = request.login;
    if (as === "service") return this.loginService(request);
    return this.isReserved(name) ? refuse("name-reserved") : this.deps.mode.login(request);
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
    return changed;
  }

  isCurrent(grant: Grant): boolean {
    const { stored } = this.deps;
    // A name that has become a service's is no longer a user's, nor another service's tag.
    return stored.isGrantCurrent(grant) && (grant.name === grant.service?.name || !stored.has("service", grant.name));
  }

  private isReserved(name: string): boolean {
    const { reserve, stored } = this.deps;
    // Asked of the store each time: a service added on the command line has its name to itself from the next login on.
    return stored.has("service", name) || reserve.some((pattern) => matchesGlob(pattern, name));
  }

  private async loginService(request: LoginRequest): Promise<Verdict> {
    const { stored, mode } = this.deps;
    const proven = await stored.authenticate("service", request);
    if (proven === "wrong") return refuse("wrong-service");
    if (typeof proven === "string") return refuse(proven);
    const name = request.login.tag ?? proven.name;
    if (name !== proven.name) {
      if (stored.has("service", name)) return refuse("name-reserved");
      if (mode.owns(request.instance, name)) return refuse("name-held");
    }
    return stored.grant(proven, name);
  }
}
