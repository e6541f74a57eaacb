import type { Clock } from "../clock.ts";
import { ExpiryQueue } from "./expiry-queue.ts";

export interface Claim {
  /** Hash of the password that made the claim; pending while it is computed. undefined: claimed with the empty password. */
  readonly hash: Promise<string | undefined> | undefined;
}

interface Entry extends Claim {
  /** Who made it, as AddressLimiter counts addresses. */
  readonly address: string;
  /** Only an idle claim expires: not while its password is hashed, nor while a session uses the name. */
  state: "hashing" | "in-use" | "idle";
}

export interface ClaimLimits {
  /** Milliseconds a claim lasts after the last session with that name has ended. */
  readonly ttl: number;
  /** Claims kept. Beyond it an idle claim without a password is dropped; one with a password lasts its full ttl. */
  readonly maxClaims?: number;
  /** Claims of one address. Beyond it an idle one of the address without a password is dropped. */
  readonly maxClaimsPerAddress?: number;
}

/** A claim has to last from the grant until the session has taken the name, even when the ttl is 0. */
const MIN_TTL_MILLISECONDS = 100;
/** About 300 bytes each. */
const MAX_CLAIMS = 100_000;
/** Ten times the sessions one address may have. */
const MAX_CLAIMS_PER_ADDRESS = 10_000;

/**
 * Which names are claimed, and until when; bounded, and gone when the process ends. Claims without a password cost nothing to make,
 * so they give way first, and never one with a password to them: otherwise a stranger could push out the claim of a user who is
 * offline and take the name.
 */
export class ClaimStore {
  private readonly entries = new Map<string, Entry>();
  /** When each idle claim expires, soonest first: those with a password, and those without. */
  private readonly protectedExpiries = new ExpiryQueue();
  private readonly openExpiries = new ExpiryQueue();
  /** Claims of each address: all of them, and those that are idle and have no password, soonest first. */
  private readonly counts = new Map<string, number>();
  private readonly openByAddress = new Map<string, ExpiryQueue>();
  private readonly limits: Required<ClaimLimits>;

  constructor(
    private readonly clock: Pick<Clock, "now">,
    { ttl, maxClaims = MAX_CLAIMS, maxClaimsPerAddress = MAX_CLAIMS_PER_ADDRESS }: ClaimLimits,
  ) {
    this.limits = { ttl: Math.max(ttl, MIN_TTL_MILLISECONDS), maxClaims, maxClaimsPerAddress };
  }

  get size(): number {
    return this.entries.size;
  }

  find(key: string): Claim | undefined {
    this.removeExpired();
    return this.entries.get(key);
  }

  /** False when there is no room: every claim of the address, or of all, is in use or has a password. */
  add(key: string, hash: Claim["hash"], address: string): boolean {
    if ((this.counts.get(address) ?? 0) >= this.limits.maxClaimsPerAddress) {
      const own = this.openByAddress.get(address)?.first();
      if (!own) return false;
      this.remove(own.key);
    }
    if (this.entries.size >= this.limits.maxClaims) {
      const first = this.openExpiries.first();
      if (!first) return false;
      this.remove(first.key);
    }
    this.entries.set(key, { hash, address, state: "hashing" });
    this.counts.set(address, (this.counts.get(address) ?? 0) + 1);
    return true;
  }

  /** The claim's password was given: its time starts again, unless a session uses the name. */
  renew(key: string): void {
    const entry = this.entries.get(key);
    if (!entry || entry.state === "in-use") return;
    this.setIdle(key, entry);
  }

  nameTaken(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.removeExpiry(key, entry);
    entry.state = "in-use";
  }

  nameReleased(key: string): void {
    const entry = this.entries.get(key);
    if (entry?.state === "in-use") this.setIdle(key, entry);
  }

  remove(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.removeExpiry(key, entry);
    this.entries.delete(key);
    const count = (this.counts.get(entry.address) ?? 1) - 1;
    if (count === 0) this.counts.delete(entry.address);
    else this.counts.set(entry.address, count);
  }

  private setIdle(key: string, entry: Entry): void {
    this.removeExpiry(key, entry);
    entry.state = "idle";
    const expiry = this.clock.now() + this.limits.ttl;
    if (entry.hash) {
      this.protectedExpiries.set(key, expiry);
      return;
    }
    this.openExpiries.set(key, expiry);
    this.openByAddress.getOrInsertComputed(entry.address, () => new ExpiryQueue()).set(key, expiry);
  }

  private removeExpiry(key: string, entry: Entry): void {
    this.protectedExpiries.delete(key);
    if (!this.openExpiries.delete(key)) return;
    const own = this.openByAddress.get(entry.address);
    own?.delete(key);
    if (own?.size === 0) this.openByAddress.delete(entry.address);
  }

  private removeExpired(): void {
    const now = this.clock.now();
    for (const expiries of [this.protectedExpiries, this.openExpiries]) {
      for (let first = expiries.first(); first && first.at <= now; first = expiries.first()) this.remove(first.key);
    }
  }
}
