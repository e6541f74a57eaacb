import type { Holding } from "./holding.ts";
import type { Peer } from "./peer.ts";

/** Names whose turns are remembered. */
const NAMES = 10_000;

/** Which node's turn it is to take a message to a service, each as often as it has sessions. */
export class Turns {
  private readonly counts = new Map<string, number>();

  constructor(private readonly holders: (key: string) => Iterable<readonly [Peer, Holding]>) {}

  /** undefined when the sessions of the name do not take turns on any other node. */
  next(key: string, here: number): Peer | "here" | undefined {
    let sessions = here;
    let others = 0;
    for (const [, { turns }] of this.holders(key)) others += turns;
    if (others === 0) return undefined;
    sessions += others;
    const count = this.counts.get(key) ?? 0;
    this.counts.delete(key);
    this.counts.set(key, (count + 1) % sessions);
    for (const oldest of this.counts.keys()) {
      if (this.counts.size <= NAMES) break;
      this.counts.delete(oldest);
    }
    let left = count % sessions;
    if (left < here) return "here";
    left -= here;
    for (const [peer, { turns }] of this.holders(key)) {
      if (left < turns) return peer;
      left -= turns;
    }
    return undefined;
  }
}
