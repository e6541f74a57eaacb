import { type Clock, oncePerTurn } from "../clock.ts";
import type { Peer } from "./peer.ts";
import { blockOf, type SessionBlocks } from "./session-blocks.ts";

/** Session ids in one frame of a snapshot. */
const IDS = 5_000;

/**
 * Which node has the sessions that are not where their ids were given out, because they have moved (docs/decisions/040-cluster.md). Each
 * node tells the others of those it has, so an entry lives as long as its session, or its node.
 */
export class Placements {
  /** Sessions here that came from another node. */
  private readonly own = new Set<number>();
  private readonly elsewhere = new Map<number, Peer>();
  private ended: number[] = [];
  private readonly tellLater: () => void;
  /** Where something that is being handled goes that is for a session on its way to another node; undefined if it is none. */
  route: (id: number) => Peer | "here" | undefined = () => undefined;

  constructor(
    private readonly blocks: Pick<SessionBlocks, "nodeOf">,
    clock: Pick<Clock, "afterTurn">,
    private readonly tellAll: (head: readonly unknown[]) => void,
  ) {
    this.tellLater = oncePerTurn(clock, () => this.tellAll(["ended", this.ended.splice(0)]));
  }

  /** Entries, those of this node included. */
  get size(): number {
    return this.own.size + this.elsewhere.size;
  }

  /** The other node that has a session; undefined if this one has it, or none. */
  nodeOf(id: number): Peer | undefined {
    const moved = this.route(id) ?? (this.own.has(id) ? "here" : this.elsewhere.get(id));
    return moved === "here" ? undefined : (moved ?? this.blocks.nodeOf(id));
  }

  /** Sessions that moved to this node. */
  arrived(ids: Iterable<number>): void {
    for (const id of ids) {
      this.own.add(id);
      this.elsewhere.delete(id);
    }
  }

  /** Sessions that were saved before this node was started again. */
  restored(ids: readonly number[]): void {
    this.arrived(ids);
    for (const placed of this.snapshot()) this.tellAll(placed);
  }

  /** A session of this node has ended. */
  left(id: number): void {
    if (!this.own.delete(id)) return;
    this.ended.push(id);
    this.tellLater();
  }

  /** Sessions are at that peer now. */
  put(ids: Iterable<number>, peer: Peer): void {
    for (const id of ids) {
      this.own.delete(id);
      this.elsewhere.set(id, peer);
    }
  }

  /** Sessions of that peer have ended. */
  forget(ids: Iterable<number>, peer: Peer): void {
    for (const id of ids) if (this.elsewhere.get(id) === peer) this.elsewhere.delete(id);
  }

  lost(peer: Peer): void {
    for (const [id, at] of this.elsewhere) if (at === peer) this.elsewhere.delete(id);
  }

  /** Whether a session with an id of that block is anywhere. */
  uses(block: number): boolean {
    for (const id of this.own) if (blockOf(id) === block) return true;
    for (const id of this.elsewhere.keys()) if (blockOf(id) === block) return true;
    return false;
  }

  /** The sessions that moved here, in parts. */
  *snapshot(): Generator<readonly unknown[]> {
    const ids = [...this.own];
    for (let at = 0; at < ids.length; at += IDS) yield ["placed", ids.slice(at, at + IDS)];
  }
}
