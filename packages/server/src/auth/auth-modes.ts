import { type Grant, type LoginRequest, refuse, type SavableAuth, type SavedClaim, type Verdict } from "../auth.ts";
import type { StoredAccounts } from "./stored-accounts.ts";

/** Decides the logins of users whose name is not a service's. `nameTaken` and `nameReleased` also report services' names. */
export interface AuthMode
  extends Pick<SavableAuth, "login" | "nameTaken" | "nameReleased" | "saveClaims" | "restoreClaims"> {
  /** True when a user is entitled to the name even while nobody uses it, so that no service may take it as a tag. */
  owns(instance: string, name: string): boolean;
  /** True when a grant has become invalid since the last call. */
  changed(): boolean;
  /** False when a user is not entitled to the name of this very grant any more. */
  isCurrent(grant: Grant): boolean;
}

/** Names are shared and passwords are not checked, as existing programs expect (PROTOCOL.md A1). */
export const openMode: AuthMode = {
  login: ({ login }) => ({ ok: true, name: login.name, service: undefined }),
  nameTaken() {},
  nameReleased() {},
  saveClaims: () => [],
  restoreClaims() {},
  owns: () => false,
  changed: () => false,
  isCurrent: () => true,
};

/** Only users that the operator has added, each with the password of the account (PROTOCOL.md A3). */
export class AccountsMode implements AuthMode {
  constructor(private readonly stored: StoredAccounts) {}

  async login(request: LoginRequest): Promise<Verdict> {
    const account = await this.stored.authenticate("user", request);
    if (account === "wrong") return refuse("wrong-password");
    return typeof account === "string" ? refuse(account) : this.stored.grant(account, account.name);
  }

  nameTaken(): void {}

  nameReleased(): void {}

  saveClaims(): readonly SavedClaim[] {
    return [];
  }

  restoreClaims(): void {}

  owns(_instance: string, name: string): boolean {
    return this.stored.has("user", name);
  }

  /** Changes of accounts are noticed by their version. */
  changed(): boolean {
    return false;
  }

  isCurrent(): boolean {
    return true;
  }
}
