import type { SavedClaim } from "../auth.ts";
import type { Clock } from "../clock.ts";
import { ExpiryQueue } from "./expiry-queue.ts";

export interface Claim {
  /**
   * Hash of the password the name was claimed with; pending while it is computed. undefined if claimed with the empty password.
   */
  readonly hash: Promise<string | undefined> | undefined;
  /** The hash once it is computed. A promise cannot be read when the relay stops. */
  readonly computedHash: string | undefined;
}

interface Entry extends Claim {
  computedHash: string | undefined;
  /** Address that made the claim, in the form in which AddressLimiter counts addresses. */
  readonly address: string;
  /** Only idle claims expire. A claim is not idle while its password is hashed or while a session uses the name. */
  state: "hashing" | "in-use" | "idle";
}

export interface ClaimLimits {
  /** Milliseconds a claim is kept after the last session with the name has ended. */
  readonly ttl: number;
  /**
   * Largest number of claims. Above it, an idle claim without a password is dropped; a claim with a password is always kept for
   * its ttl.
   */
  readonly maxClaims?: number;
  /** Largest number of claims from one address. Above it, one of its idle claims without a password is dropped. */
  readonly maxClaimsPerAddress?: number;
}

/**
 * A login is granted a moment before its session takes the name. Without this, a claim with a ttl of 0 could expire in between.
 */
const MIN_TTL_MILLISECONDS = 100;
/** About 300 bytes each. */
const MAX_CLAIMS = 100_000;
/** Ten times the sessions one address may have. */
const MAX_CLAIMS_PER_ADDRESS = 10_000;

/**
 * The claimed names and when each claim expires. It is bounded and kept in memory only. When it is full, only idle claims
 * without a password are dropped. If claims with a password could be dropped as well, a stranger could make many claims to
 * evict that of an offline user, and then take the name.
 */
export class ClaimStore {
  private readonly entries = new Map<string, Entry>();
  /** Idle claims with a password, then those without, each ordered by expiry. */
  private readonly protectedExpiries = new ExpiryQueue();
  private readonly openExpiries = new ExpiryQueue();
  /** For each address, the number of its claims, then its idle claims without a password, ordered by expiry. */
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

  /** Returns false if a limit is reached and no claim can be dropped, because each is in use or has a password. */
  add(key: string, hash: Claim["hash"] | string, address: string): boolean {
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
    const computedHash = typeof hash === "string" ? hash : undefined;
    const pending = typeof hash === "string" ? Promise.resolve(hash) : hash;
    this.insert(key, { hash: pending, computedHash, address, state: "hashing" });
    return true;
  }

  /** When a claim ends, in milliseconds of the clock; undefined while it is not idle. */
  expiryOf(key: string): number | undefined {
    return this.protectedExpiries.expiryOf(key) ?? this.openExpiries.expiryOf(key);
  }

  /** Called after a login with the claim's password. Restarts its ttl unless a session uses the name. */
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

  /** Every claim whose hash has been computed. */
  save(): readonly SavedClaim[] {
    this.removeExpired();
    const now = this.clock.now();
    const saved: SavedClaim[] = [];
    for (const [key, { hash, computedHash, address, state }] of this.entries) {
      // The login that made this claim is handled again after the restart.
      if (state === "hashing" || (hash && computedHash === undefined)) continue;
      const expiry = this.expiryOf(key) ?? now + this.limits.ttl;
      const claim = { key, address, remaining: Math.max(0, expiry - now) };
      saved.push(computedHash === undefined ? claim : { ...claim, hash: computedHash });
    }
    return saved;
  }

  /** Adds saved claims to an empty store, as idle ones. */
  restore(claims: readonly SavedClaim[]): void {
    // The queues of expiries must be filled in order.
    const ordered = [...claims].sort((a, b) => a.remaining - b.remaining);
    for (const { key, hash, address, remaining } of ordered) {
      const entry: Entry = {
        hash: hash === undefined ? undefined : Promise.resolve(hash),
        computedHash: hash,
        address,
        state: "idle",
      };
      this.insert(key, entry);
      this.setIdle(key, entry, remaining);
    }
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

  private insert(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    this.counts.set(entry.address, (this.counts.get(entry.address) ?? 0) + 1);
    // A failure is reported by the login that waits for the same promise.
    void entry.hash?.then(
      (computed) => {
        entry.computedHash = computed;
      },
      () => {},
    );
  }

  private setIdle(key: string, entry: Entry, ttl = this.limits.ttl): void {
    this.removeExpiry(key, entry);
    entry.state = "idle";
    const expiry = this.clock.now() + ttl;
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
