import type { Clock } from "../clock.ts";

export interface Claim {
  /** Hash of the password that made the claim; pending while it is computed. undefined: claimed with the empty password. */
  readonly hash: Promise<string | undefined> | undefined;
}

interface Entry extends Claim {
  /** Only an idle claim expires: not while its password is hashed, nor while a session uses the name. */
  state: "hashing" | "in-use" | "idle";
}

export interface ClaimLimits {
  /** Milliseconds a claim lasts after the last session with that name has gone. */
  readonly ttl: number;
  /** Claims kept. Beyond it the idle claim that would expire first is dropped. */
  readonly maxClaims?: number;
}

/** A claim has to last from the grant until the session has taken the name, even when the ttl is 0. */
const MIN_TTL_MILLISECONDS = 100;
/** About 300 bytes each. Hashing is too slow to make that many in ten minutes, so nobody can push out the claims of others. */
const MAX_CLAIMS = 100_000;

/** Which names are claimed, and until when; bounded, and gone when the process ends. */
export class ClaimStore {
  private readonly entries = new Map<string, Entry>();
  /** When each idle claim expires, soonest first. */
  private readonly expiries = new Map<string, number>();
  private readonly ttl: number;
  private readonly maxClaims: number;

  constructor(
    private readonly clock: Pick<Clock, "now">,
    { ttl, maxClaims = MAX_CLAIMS }: ClaimLimits,
  ) {
    this.ttl = Math.max(ttl, MIN_TTL_MILLISECONDS);
    this.maxClaims = maxClaims;
  }

  get size(): number {
    return this.entries.size;
  }

  find(key: string): Claim | undefined {
    this.removeExpired();
    return this.entries.get(key);
  }

  /** False when there is no room because every claim is in use. */
  add(key: string, hash: Claim["hash"]): boolean {
    if (this.entries.size >= this.maxClaims) {
      const [first] = this.expiries.keys();
      if (first === undefined) return false;
      this.remove(first);
    }
    this.entries.set(key, { hash, state: "hashing" });
    return true;
  }

  /** The claim's password was given: its time starts again, unless a session uses the name. */
  renew(key: string): void {
    const entry = this.entries.get(key);
    if (!entry || entry.state === "in-use") return;
    entry.state = "idle";
    this.expiries.delete(key);
    this.expiries.set(key, this.clock.now() + this.ttl);
  }

  nameTaken(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.state = "in-use";
    this.expiries.delete(key);
  }

  nameReleased(key: string): void {
    const entry = this.entries.get(key);
    if (entry?.state !== "in-use") return;
    entry.state = "idle";
    this.expiries.set(key, this.clock.now() + this.ttl);
  }

  remove(key: string): void {
    this.entries.delete(key);
    this.expiries.delete(key);
  }

  private removeExpired(): void {
    const now = this.clock.now();
    for (const [key, expiry] of this.expiries) {
      if (expiry > now) return;
      this.remove(key);
    }
  }
}
