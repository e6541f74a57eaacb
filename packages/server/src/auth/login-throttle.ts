import type { Clock } from "../clock.ts";
import { TokenBuckets } from "../fairness/token-buckets.ts";

/** Failed logins from one address, for any names. */
const PER_ADDRESS = { burst: 10, refillMilliseconds: 6_000 };
/** Failed logins for one name, from any addresses. */
const PER_NAME = { burst: 30, refillMilliseconds: 6_000 };
/**
 * Attempts that each address has for a name whose own limit is used up. Without these, an attacker could prevent the owner of a
 * name from logging in at any new address.
 */
const PER_PAIR = { burst: 1, refillMilliseconds: 60_000 };
/** Failed logins for a name from an address that has given the right password before. */
const PER_PROVEN_PAIR = { burst: 10, refillMilliseconds: 6_000 };
/** Keys of each kind; about 100 bytes each. */
const MAX_KEYS = 50_000;

/**
 * Limits failed logins per address and per name (PROTOCOL.md A7), without locking out users who did not guess passwords:
 * - A name under attack from many addresses still allows each address one attempt, so its owner can log in from anywhere.
 * - An address from which somebody guesses is blocked, except for names whose right password it has given before, so people
 *   behind the same router can still log in.
 */
export class LoginThrottle {
  private readonly addresses = new TokenBuckets(PER_ADDRESS, MAX_KEYS);
  private readonly names = new TokenBuckets(PER_NAME, MAX_KEYS);
  private readonly pairs = new TokenBuckets(PER_PAIR, MAX_KEYS);
  private readonly provenPairs = new TokenBuckets(PER_PROVEN_PAIR, MAX_KEYS);
  /** Pairs of address and name that have logged in, least recent first. */
  private readonly proven = new Set<string>();

  constructor(
    private readonly clock: Pick<Clock, "now">,
    private readonly maxProven = MAX_KEYS,
  ) {}

  /** Whether this address may try a password for this name now. */
  allows(address: string, name: string): boolean {
    const now = this.clock.now();
    const pair = pairOf(address, name);
    if (this.proven.has(pair)) return this.provenPairs.hasToken(pair, now);
    return this.addresses.hasToken(address, now) && (this.names.hasToken(name, now) || this.pairs.hasToken(pair, now));
  }

  failed(address: string, name: string): void {
    const now = this.clock.now();
    const pair = pairOf(address, name);
    if (this.proven.has(pair)) {
      this.provenPairs.spend(pair, now);
      return;
    }
    this.addresses.spend(address, now);
    this.names.spend(name, now);
    this.pairs.spend(pair, now);
  }

  /**
   * Does not refund attempts. Otherwise the owner of one name could reset the limit repeatedly while guessing passwords of
   * others.
   */
  succeeded(address: string, name: string): void {
    const pair = pairOf(address, name);
    this.proven.delete(pair);
    this.proven.add(pair);
    for (const oldest of this.proven) {
      if (this.proven.size <= this.maxProven) break;
      this.proven.delete(oldest);
    }
  }
}

/** Unambiguous, because neither an address nor a name contains a line break. */
const pairOf = (address: string, name: string) => `${address}\n${name}`;
