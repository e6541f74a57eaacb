import type { Accounts } from "../accounts.ts";
import { type Auth, type Grant, type LoginRequest, refuse, type Verdict } from "../auth.ts";
import type { Mode } from "./auth-mode.ts";
import { fitsGlob } from "./glob.ts";
import type { StoredAccounts } from "./stored-accounts.ts";

export interface ServicesParts {
  readonly accounts: Pick<Accounts, "version">;
  readonly stored: StoredAccounts;
  /** Decides on users. */
  readonly mode: Mode;
  /** Patterns of names that users are refused, beside those of services. */
  readonly reserve: readonly string[];
}

/** Stands before every auth mode: lets services in, and keeps their names from users (PROTOCOL.md A4). */
export class Services implements Auth {
  private seen: number;

  constructor(private readonly parts: ServicesParts) {
    this.seen = parts.accounts.version();
  }

  login(request: LoginRequest): Verdict | Promise<Verdict> {
    const { as, name } = request.login;
    if (as === "service") return this.service(request);
    return this.isKept(name) ? refuse("name-reserved") : this.parts.mode.login(request);
  }

  borne(instance: string, name: string): void {
    this.parts.mode.borne(instance, name);
  }

  unborne(instance: string, name: string): void {
    this.parts.mode.unborne(instance, name);
  }

  changed(): boolean {
    const version = this.parts.accounts.version();
    const changed = version !== this.seen;
    this.seen = version;
    return changed;
  }

  holds(grant: Grant): boolean {
    const { stored } = this.parts;
    // A name that has become a service's is no longer a user's, nor another service's tag.
    return stored.stands(grant) && (grant.name === grant.service?.name || !stored.has("service", grant.name));
  }

  private isKept(name: string): boolean {
    const { reserve, stored } = this.parts;
    // Asked of the store each time: a service added on the command line has its name to itself from the next login on.
    return stored.has("service", name) || reserve.some((pattern) => fitsGlob(pattern, name));
  }

  private async service(request: LoginRequest): Promise<Verdict> {
    const { stored, mode } = this.parts;
    const proven = await stored.prove("service", request);
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
