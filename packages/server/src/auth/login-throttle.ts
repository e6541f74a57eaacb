import type { Clock } from "../clock.ts";
import { TokenBuckets } from "./token-buckets.ts";

/** Failed logins of one address, whatever they guess at. */
const PER_ADDRESS = { burst: 10, refillMilliseconds: 6_000 };
/** Failed logins under one name, wherever they come from. */
const PER_NAME = { burst: 30, refillMilliseconds: 6_000 };
/** What an address may still try while a name is under attack: a stranger's first try may be the owner's, from a new place. */
const PER_PAIR = { burst: 1, refillMilliseconds: 60_000 };
/** Failed logins where the right password has come from the same address before. */
const PER_PROVEN_PAIR = { burst: 10, refillMilliseconds: 6_000 };
/** Keys of each kind; some 100 bytes each. */
const MAX_KEYS = 50_000;

/**
 * Holds back who guesses passwords (PROTOCOL.md A7). An attack on a name from many addresses stops each of them after one try,
 * and none that has not tried. An address that guesses is stopped, but for the names it has proven to own: what a
 * neighbour behind the same address does is not their failure.
 */
export class LoginThrottle {
  private readonly addresses = new TokenBuckets(PER_ADDRESS, MAX_KEYS);
  private readonly names = new TokenBuckets(PER_NAME, MAX_KEYS);
  private readonly pairs = new TokenBuckets(PER_PAIR, MAX_KEYS);
  private readonly provenPairs = new TokenBuckets(PER_PROVEN_PAIR, MAX_KEYS);
  /** In the order of the last success. */
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

  /** Gives back nothing: else whoever owns one name could guess at the others without end. */
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

/** A line break can be in neither an address nor a name. */
const pairOf = (address: string, name: string) => `${address}\n${name}`;
