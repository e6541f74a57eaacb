import type { Holding } from "./holding.ts";
import type { Peer } from "./peer.ts";

/** Names whose turns are remembered. */
const NAMES = 10_000;

export interface TurnsDeps {
  /** The name of this node. */
  readonly node: string;
  holders(key: string): Iterable<readonly [Peer, Holding]>;
}

/** Which node's turn it is to take a message to a service, each as often as it has sessions. */
export class Turns {
  private readonly counts = new Map<string, number>();

  constructor(private readonly deps: TurnsDeps) {}

  /** `here` is the number of sessions on this node. undefined when none on any other node takes turns. */
  next(key: string, here: number): Peer | "here" | undefined {
    const takers: { readonly node: string; readonly taker: Peer | "here"; readonly turns: number }[] = [];
    for (const [peer, { turns }] of this.deps.holders(key))
      if (turns > 0) takers.push({ node: peer.node, taker: peer, turns });
    if (takers.length === 0) return undefined;
    if (here > 0) takers.push({ node: this.deps.node, taker: "here", turns: here });
    // The same order on every node.
    takers.sort((one, other) => (one.node < other.node ? -1 : 1));
    const sessions = takers.reduce((sum, { turns }) => sum + turns, 0);
    let left = this.advance(key) % sessions;
    for (const { taker, turns } of takers) {
      if (left < turns) return taker;
      left -= turns;
    }
    return undefined;
  }

  /** How often the name had a turn before. The names that had none for longest are forgotten. */
  private advance(key: string): number {
    const count = this.counts.get(key) ?? 0;
    this.counts.delete(key);
    this.counts.set(key, count + 1);
    for (const oldest of this.counts.keys()) {
      if (this.counts.size <= NAMES) break;
      this.counts.delete(oldest);
    }
    return count;
  }
}
