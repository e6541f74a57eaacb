import type { Clock } from "../clock.ts";

/** How long a node has to say what became of a message that it was allowed to send. */
const CLAIM_MILLISECONDS = 10_000;
const MAX_CLAIMS = 100_000;

interface Claim {
  readonly node: string;
  readonly until: number;
}

/**
 * Which node of a cluster may send a message with an id, when it comes to several at the same moment (PROTOCOL.md R169). One node decides
 * that for all: the first that asks it. The others wait for the result of that one.
 */
export class IdClaims {
  /** Oldest first. */
  private readonly claims = new Map<string, Claim>();
  /** Messages that this node must not send before it has asked the others. */
  readonly asking = new Set<string>();

  constructor(private readonly clock: Pick<Clock, "now">) {}

  get size(): number {
    return this.claims.size;
  }

  /** The node that may send the message with this key: the one that asks, unless another one was first. */
  claim(key: string, node: string): string {
    const now = this.clock.now();
    this.prune(now);
    const known = this.claims.get(key);
    if (known) return known.node;
    this.claims.set(key, { node, until: now + CLAIM_MILLISECONDS });
    return node;
  }

  private prune(now: number): void {
    for (const [key, { until }] of this.claims) {
      if (until > now && this.claims.size < MAX_CLAIMS) return;
      this.claims.delete(key);
    }
  }
}
