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

/** A grant as it is saved for a restart. It contains no password. */
export interface SavedGrant {
  readonly name: string;
  readonly service?: string;
  /** Hash of the account that the grant depends on; absent when it depends on none. */
  readonly account?: string;
}

/** A name claimed in the auth mode `claim`. */
export interface SavedClaim {
  readonly key: string;
  /** Hash of the password; absent when the name was claimed with the empty password. */
  readonly hash?: string;
  /** Address that made the claim. */
  readonly address: string;
  /** Milliseconds that the claim lasts while nobody uses the name. */
  readonly remaining: number;
}

/** An Auth whose state outlives a restart. */
export interface SavableAuth extends Auth {
  saveGrant(grant: Grant): SavedGrant;
  /** undefined when a new login would not get this grant any more: the account was changed, or the name is reserved now. */
  restoreGrant(saved: SavedGrant): Grant | undefined;
  saveClaims(): readonly SavedClaim[];
  /** Must be called before any name is taken. */
  restoreClaims(claims: readonly SavedClaim[]): void;
}

export const refuse = (refusal: Refusal): Refused => ({ ok: false, refusal });
