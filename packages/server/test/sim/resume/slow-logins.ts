import type { Grant, LoginRequest, SavableAuth, SavedGrant, Verdict } from "../../../src/auth.ts";
import { TURN_SERVICE } from "./frame-generator.ts";

/** An Auth whose verdict is the first word of the password. With a number behind it, the verdict is held back until it is asked for. */
export class SlowLogins implements SavableAuth {
  private readonly pending = new Map<number, () => void>();

  login({ login: { name, password, as } }: LoginRequest): Verdict | Promise<Verdict> {
    const [grade, ticket] = password.split(" ");
    const service = as === "service" ? { name: TURN_SERVICE, delivery: "one" as const } : undefined;
    const verdict: Verdict = grade === "good" ? { ok: true, name, service } : { ok: false, refusal: "wrong-password" };
    if (!ticket) return verdict;
    return new Promise((resolve) => this.pending.set(Number(ticket), () => resolve(verdict)));
  }

  decide(ticket: number): void {
    const decide = this.pending.get(ticket);
    if (!decide) throw new Error(`the login ${ticket} is not being checked`);
    this.pending.delete(ticket);
    decide();
  }

  saveGrant({ name, service }: Grant): SavedGrant {
    return { name, ...(service && { service: service.name }) };
  }

  restoreGrant({ name, service }: SavedGrant): Grant {
    return { ok: true, name, service: service === undefined ? undefined : { name: service, delivery: "one" } };
  }

  saveClaims(): [] {
    return [];
  }

  restoreClaims(): void {}

  nameTaken(): void {}
  nameReleased(): void {}
  accountsChanged(): boolean {
    return false;
  }
  isCurrent(): boolean {
    return true;
  }
}
