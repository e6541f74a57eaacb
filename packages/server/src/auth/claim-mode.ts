import { type Grant, type LoginRequest, refuse, type SavedClaim, type Verdict } from "../auth.ts";
import type { Clock } from "../clock.ts";
import type { AuthMode } from "./auth-modes.ts";
import { ClaimStore } from "./claim-store.ts";
import type { PasswordChecker } from "./password-checks.ts";

/** The first password used with a name claims it; kept in memory, except over a restart, and only as a hash (PROTOCOL.md A2). */
export class ClaimMode implements AuthMode {
  private readonly claims: ClaimStore;

  /** `ttl`: seconds a claim lasts after the last session with that name has ended. */
  constructor(
    private readonly checks: PasswordChecker,
    clock: Pick<Clock, "now">,
    ttl: number,
  ) {
    this.claims = new ClaimStore(clock, { ttl: ttl * 1000 });
  }

  login(request: LoginRequest): Verdict | Promise<Verdict> {
    const key = keyOf(request.instance, request.login.name);
    const claim = this.claims.find(key);
    if (!claim) return this.claim(key, request);
    if (claim.hash) return this.verify(key, claim.hash, request);
    return request.login.password === "" ? this.grant(key, request) : refuse("name-claimed");
  }

  nameTaken(instance: string, name: string): void {
    this.claims.nameTaken(keyOf(instance, name));
  }

  nameReleased(instance: string, name: string): void {
    this.claims.nameReleased(keyOf(instance, name));
  }

  saveClaims(): readonly SavedClaim[] {
    return this.claims.save();
  }

  restoreClaims(claims: readonly SavedClaim[]): void {
    this.claims.restore(claims);
  }

  changed(): boolean {
    return false;
  }

  isCurrent(): boolean {
    return true;
  }

  owns(instance: string, name: string): boolean {
    return this.claims.find(keyOf(instance, name)) !== undefined;
  }

  private claim(key: string, request: LoginRequest): Verdict | Promise<Verdict> {
    const { address, login } = request;
    const { password } = login;
    // The empty password is not secret, so it needs no hash and nobody has to wait for one.
    const hash = password === "" ? undefined : this.checks.hash({ address, subject: subjectOf(key), password });
    // Claimed before the hash is ready: other logins for the name wait for that hash and are compared with it.
    if (!this.claims.add(key, hash, address)) return refuse("busy");
    return hash ? this.finishClaim(key, hash, request) : this.grant(key, request);
  }

  private async finishClaim(
    key: string,
    pending: Promise<string | undefined>,
    request: LoginRequest,
  ): Promise<Verdict> {
    let hash: string | undefined;
    try {
      hash = await pending;
    } finally {
      if (hash === undefined) this.claims.remove(key);
    }
    return hash === undefined ? refuse("busy") : this.grant(key, request);
  }

  private async verify(key: string, pending: Promise<string | undefined>, request: LoginRequest): Promise<Verdict> {
    const hash = await pending;
    if (hash === undefined) return refuse("busy");
    const { address, login } = request;
    const result = await this.checks.check({ address, subject: subjectOf(key), password: login.password, hash });
    if (result === "wrong") return refuse("name-claimed");
    if (result !== "right") return refuse(result);
    // The claim may have expired during the check, and somebody else may have claimed the name since.
    return this.claims.find(key)?.hash === pending ? this.grant(key, request) : this.login(request);
  }

  private grant(key: string, { login }: LoginRequest): Grant {
    this.claims.renew(key);
    return { ok: true, name: login.name, service: undefined };
  }
}

/** Unambiguous, because neither an instance nor a name contains control characters. */
export const keyOf = (instance: string, name: string) => `${instance}\0${name}`;
export const subjectOf = (key: string) => `claim\0${key}`;
