import type { Clock } from "../clock.ts";
import { Allowances } from "./token-buckets.ts";

/** Failed logins of one address, whatever they guess at. */
const PER_ADDRESS = { burst: 10, refill: 6_000 };
/** Failed logins under one name, wherever they come from. */
const PER_NAME = { burst: 30, refill: 6_000 };
/** What an address may still try while a name is under attack: a stranger's first try may be the owner's, from a new place. */
const PER_PAIR = { burst: 1, refill: 60_000 };
/** Failed logins where the right password has come from the same address before. */
const PER_PROVEN_PAIR = { burst: 10, refill: 6_000 };
/** Keys of each kind; some 100 bytes each. */
const MOST_KEYS = 50_000;

/**
 * Holds back who guesses passwords (PROTOCOL.md A7). An attack on a name from many addresses stops each of them after one try,
 * and none that has not tried. An address that guesses is stopped, but for the names it has proven to own: what a
 * neighbour behind the same address does is not their failure.
 */
export class Throttle {
  private readonly addresses = new Allowances(PER_ADDRESS, MOST_KEYS);
  private readonly names = new Allowances(PER_NAME, MOST_KEYS);
  private readonly pairs = new Allowances(PER_PAIR, MOST_KEYS);
  private readonly provenPairs = new Allowances(PER_PROVEN_PAIR, MOST_KEYS);
  /** In the order of the last success. */
  private readonly proven = new Set<string>();

  constructor(
    private readonly clock: Pick<Clock, "now">,
    private readonly mostProven = MOST_KEYS,
  ) {}

  /** Whether this address may try a password for this name now. */
  allows(address: string, name: string): boolean {
    const now = this.clock.now();
    const pair = pairOf(address, name);
    if (this.proven.has(pair)) return this.provenPairs.allows(pair, now);
    return this.addresses.allows(address, now) && (this.names.allows(name, now) || this.pairs.allows(pair, now));
  }

  failed(address: string, name: string): void {
    const now = this.clock.now();
    const pair = pairOf(address, name);
    if (this.proven.has(pair)) {
      this.provenPairs.fail(pair, now);
      return;
    }
    this.addresses.fail(address, now);
    this.names.fail(name, now);
    this.pairs.fail(pair, now);
  }

  /** Gives back nothing: else whoever owns one name could guess at the others without end. */
  succeeded(address: string, name: string): void {
    const pair = pairOf(address, name);
    this.proven.delete(pair);
    this.proven.add(pair);
    for (const oldest of this.proven) {
      if (this.proven.size <= this.mostProven) break;
      this.proven.delete(oldest);
    }
  }
}

/** A line break can be in neither an address nor a name. */
const pairOf = (address: string, name: string) => `${address}\n${name}`;
