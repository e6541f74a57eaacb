import { type LoginRequest, refuse, type Verdict } from "../auth.ts";
import type { AuthMode } from "./auth-mode.ts";
import type { StoredAccounts } from "./stored-accounts.ts";

/** Only users the operator has added, each with the password of the account (PROTOCOL.md A3). */
export class AccountsMode implements AuthMode {
  constructor(private readonly stored: StoredAccounts) {}

  async login(request: LoginRequest): Promise<Verdict> {
    const proven = await this.stored.authenticate("user", request);
    if (proven === "wrong") return refuse("wrong-password");
    return typeof proven === "string" ? refuse(proven) : this.stored.grant(proven, proven.name);
  }

  nameTaken(): void {}

  nameReleased(): void {}

  owns(_instance: string, name: string): boolean {
    return this.stored.has("user", name);
  }
}
