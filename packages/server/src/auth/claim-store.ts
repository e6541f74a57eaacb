import type { Clock } from "../clock.ts";

export interface Claim {
  /** Of the password that made the claim, still on its way while that is hashed. undefined: claimed without a password. */
  readonly hash: Promise<string | undefined> | undefined;
}

interface Entry extends Claim {
  /** Counted from when nobody bears the name; a claim that is borne, or still being hashed, has no end. */
  state: "hashing" | "borne" | "idle";
}

export interface ClaimLimits {
  /** Milliseconds a claim outlives its last bearer. */
  readonly ttl: number;
  /** Claims kept; beyond it the idle one that would end first ends at once. */
  readonly maxClaims?: number;
}

/** From a grant to the session bearing the name a claim must last, whatever the ttl. */
const MIN_TTL_MILLISECONDS = 100;
/** Some 300 bytes each. Hashing is too slow to make as many in ten minutes, so nobody can push others' claims out. */
const MAX_CLAIMS = 100_000;

/** Who holds which name, and for how long; bounded, and forgotten with the process. */
export class ClaimStore {
  private readonly entries = new Map<string, Entry>();
  /** When an idle claim ends; the first to end stands in front. */
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

  /** False when there is no room, because every claim kept is borne. */
  add(key: string, hash: Claim["hash"]): boolean {
    if (this.entries.size >= this.maxClaims) {
      const [first] = this.expiries.keys();
      if (first === undefined) return false;
      this.remove(first);
    }
    this.entries.set(key, { hash, state: "hashing" });
    return true;
  }

  /** Its password was given: the time it lasts counts from now, unless somebody bears the name. */
  renew(key: string): void {
    const entry = this.entries.get(key);
    if (!entry || entry.state === "borne") return;
    entry.state = "idle";
    this.expiries.delete(key);
    this.expiries.set(key, this.clock.now() + this.ttl);
  }

  nameTaken(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.state = "borne";
    this.expiries.delete(key);
  }

  nameReleased(key: string): void {
    const entry = this.entries.get(key);
    if (entry?.state !== "borne") return;
    entry.state = "idle";
    this.expiries.set(key, this.clock.now() + this.ttl);
  }

  remove(key: string): void {
    this.entries.delete(key);
    this.expiries.delete(key);
  }

  private removeExpired(): void {
    const now = this.clock.now();
    for (const [key, end] of this.expiries) {
      if (end > now) return;
      this.remove(key);
    }
  }
}
