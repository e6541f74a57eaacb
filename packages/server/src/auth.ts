import type { LoginFrame, Refusal } from "@achex/protocol";
import type { Delivery } from "./accounts.ts";

export interface LoginRequest {
  readonly instance: string;
  /** Client address, used to count attempts. */
  readonly address: string;
  readonly login: LoginFrame;
}

/** What a successful login gives a session. */
export interface Grant {
  readonly ok: true;
  /** The name of the session: the tag of a service that gave one, or else the name that logged in. */
  readonly name: string;
  /** Set for services: the name its instances share, and which of them receive a message sent to it. */
  readonly service: { readonly name: string; readonly delivery: Delivery } | undefined;
}

export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

export type Verdict = Grant | Refused;

/**
 * Seam: who may log in as what. A verdict that needs no password check is returned synchronously, so that open relays never
 * wait. `login` may throw or reject when the accounts cannot be read.
 */
export interface Auth {
  login(request: LoginRequest): Verdict | Promise<Verdict>;
  /** A session took the name. Called after a grant, before any later login is decided. */
  nameTaken(instance: string, name: string): void;
  /** The last session with that name is gone. */
  nameReleased(instance: string, name: string): void;
  /** True when accounts have changed since the last call. */
  accountsChanged(): boolean;
  /** False when a change of accounts has made this very grant invalid. */
  isCurrent(grant: Grant): boolean;
}

export const refuse = (refusal: Refusal): Refused => ({ ok: false, refusal });
