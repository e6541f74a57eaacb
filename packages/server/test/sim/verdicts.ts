import type { Auth, LoginRequest, Verdict } from "../../src/auth.ts";
import type { SimFrame } from "./frames.ts";
import { IN_TURN } from "./model.ts";

type Login = Extract<SimFrame, { kind: "login" }>;

/** An Auth whose verdicts the test has planned, and of which the slow ones come when the test says so. */
export class Verdicts implements Auth {
  private readonly planned = new Map<string, Login>();
  private readonly open = new Map<number, () => void>();

  /** Logins are told apart by their password. */
  plan(login: Login): void {
    this.planned.set(String(JSON.parse(login.text).passwd), login);
  }

  login({ login: { password } }: LoginRequest): Verdict | Promise<Verdict> {
    const login = this.planned.get(password);
    if (!login) throw new Error(`no verdict is planned for ${password}`);
    const { ticket } = login;
    if (ticket === undefined) return verdictOf(login);
    return new Promise((resolve) => this.open.set(ticket, () => resolve(verdictOf(login))));
  }

  /** Gives the verdict of a slow login. */
  give(ticket: number): void {
    const resolve = this.open.get(ticket);
    if (!resolve) throw new Error(`the login with ticket ${ticket} was not asked about`);
    this.open.delete(ticket);
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
  const delivery = service !== undefined && IN_TURN.includes(service) ? "one" : "all";
  return { ok: true, name, service: service === undefined ? undefined : { name: service, delivery } };
}
