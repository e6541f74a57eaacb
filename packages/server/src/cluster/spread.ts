import type { Address } from "@achex/protocol";
import { keyOfParts } from "./holding.ts";
import type { Interest } from "./interest.ts";
import type { Peer } from "./peer.ts";
import { Turns } from "./turns.ts";

/** Where a message goes besides this node. */
export interface Spread {
  /** The targets that this node serves. */
  readonly here: readonly Address[];
  readonly parts: ReadonlyMap<Peer, readonly Address[]>;
}

export interface SpreaderDeps {
  readonly node: string;
  readonly interest: Interest;
  nodeOf(session: number): Peer | undefined;
}

/** Decides which nodes a message goes to. */
export class Spreader {
  private readonly turns: Turns;

  constructor(private readonly deps: SpreaderDeps) {
    this.turns = new Turns({ node: deps.node, holders: (key) => deps.interest.holders(key) });
  }

  /** Whether another node has a receiver. Asked for each message, so it makes no objects. */
  reachesOthers(instance: string, targets: readonly Address[]): boolean {
    for (const target of targets) {
      const isElsewhere =
        target.kind === "session"
          ? this.deps.nodeOf(target.id) !== undefined
          : this.deps.interest.isHeld(keyOfParts(target.kind, instance, target.name));
      if (isElsewhere) return true;
    }
    return false;
  }

  /** undefined when no other node has a receiver. `turnsHere` is the number of sessions here that take turns under a name. */
  spread(instance: string, targets: readonly Address[], turnsHere: (name: string) => number): Spread | undefined {
    if (!this.reachesOthers(instance, targets)) return undefined;
    const parts = new Map<Peer, Address[]>();
    const here: Address[] = [];
    const add = (peer: Peer, target: Address): void => {
      const part = parts.get(peer);
      if (part) part.push(target);
      else parts.set(peer, [target]);
    };
    for (const target of targets) {
      if (target.kind === "session") {
        const peer = this.deps.nodeOf(target.id);
        if (peer) add(peer, target);
        else here.push(target);
        continue;
      }
      const { kind, name } = target;
      const key = keyOfParts(kind, instance, name);
      const turn = kind === "name" ? this.turns.next(key, turnsHere(name)) : undefined;
      if (turn === undefined || turn === "here") here.push(target);
      else add(turn, target);
      if (turn === undefined) for (const [peer] of this.deps.interest.holders(key)) add(peer, target);
    }
    return parts.size === 0 ? undefined : { here, parts };
  }
}
