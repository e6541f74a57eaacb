import type { LoginFrame, Refusal } from "@achex/protocol";
import type { Delivery } from "./accounts.ts";

export interface LoginRequest {
  readonly instance: string;
  /** Client address that attempts are counted under. */
  readonly address: string;
  readonly login: LoginFrame;
}

/** What a login may be called afterwards. */
export interface Grant {
  readonly ok: true;
  /** The name the session bears from now on: a service's tag, else the name that logged in. */
  readonly name: string;
  /** Set for services: their common name, and who gets what is sent to it. */
  readonly service: { readonly name: string; readonly delivery: Delivery } | undefined;
}

export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

export type Verdict = Grant | Refused;

/**
 * Seam: who may log in as what. A verdict that needs no password check comes at once, so that open relays never wait. May
 * throw, or reject, when the accounts cannot be read.
 */
export interface Auth {
  login(request: LoginRequest): Verdict | Promise<Verdict>;
  /** A session took the name; called after a grant, before any later login is decided. */
  nameTaken(instance: string, name: string): void;
  /** The last session that bore the name is gone. */
  nameReleased(instance: string, name: string): void;
  /** True when accounts were changed since it was last asked. */
  accountsChanged(): boolean;
  /** False when a session that was granted this very object no longer may bear it, because accounts were changed. */
  isCurrent(grant: Grant): boolean;
}

export const refuse = (refusal: Refusal): Refused => ({ ok: false, refusal });
