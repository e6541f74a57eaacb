import type { Auth, LoginRequest, Verdict } from "../../../src/auth.ts";
import type { SimFrame } from "./frames.ts";
import { ROUND_ROBIN_SERVICES } from "./model.ts";

type Login = Extract<SimFrame, { kind: "login" }>;

/** An Auth with planned verdicts. The slow ones are returned when the simulator decides them. */
export class PlannedAuth implements Auth {
  private readonly planned = new Map<string, Login>();
  private readonly pending = new Map<number, () => void>();

  /** Registers the verdict of a login, which is recognised by its password. */
  plan(login: Login): void {
    this.planned.set(String(JSON.parse(login.text).passwd), login);
  }

  login({ login: { password } }: LoginRequest): Verdict | Promise<Verdict> {
    const login = this.planned.get(password);
    if (!login) throw new Error(`no verdict is planned for ${password}`);
    const { ticket } = login;
    if (ticket === undefined) return verdictOf(login);
    return new Promise((resolve) => this.pending.set(ticket, () => resolve(verdictOf(login))));
  }

  /** Returns the verdict of a slow login. */
  decide(ticket: number): void {
    const resolve = this.pending.get(ticket);
    if (!resolve) throw new Error(`the login with ticket ${ticket} has not been requested`);
    this.pending.delete(ticket);
    resolve();
  }

  nameTaken(): void {}
  nameReleased(): void {}
  accountsChanged(): boolean {
    return false;
  }
  isCurrent(): boolean {
    return true;
  }
}

function verdictOf({ name, service, granted }: Login): Verdict {
  if (!granted) return { ok: false, refusal: "wrong-password" };
  const delivery = service !== undefined && ROUND_ROBIN_SERVICES.includes(service) ? "one" : "all";
  return { ok: true, name, service: service === undefined ? undefined : { name: service, delivery } };
}
