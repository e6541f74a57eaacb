import type { Random } from "../sim/random.ts";
import type { HostNumber } from "./network.ts";

/** What the disturbance of a round does to the nodes, as far as the traffic has to know. Times by performance.now(). */
export class Trouble {
  began = Number.POSITIVE_INFINITY;
  healed = Number.POSITIVE_INFINITY;

  constructor(
    readonly what: string,
    /** Nodes that others may take for dead. */
    private readonly affected: readonly HostNumber[],
    /** Nodes that the others do not hear at all. */
    readonly dead: readonly HostNumber[],
    /** Nodes that reach no quorum of NATS. */
    readonly withoutQuorum: readonly HostNumber[],
  ) {}

  isDuring(time: number): boolean {
    return time >= this.began && time < this.healed;
  }

  isAffected(host: HostNumber): boolean {
    return this.affected.includes(host);
  }

  isDead(host: HostNumber): boolean {
    return this.dead.includes(host);
  }
}

/** What all kinds of traffic of a round share. */
export interface RoundContext {
  readonly id: string;
  readonly random: Random;
  readonly trouble: Trouble;
  /** The address of a node. */
  url(host: HostNumber): string;
  /** False once no more is to be sent. */
  isSending(): boolean;
  /** Something that needs a quorum was acknowledged by the node with that address; a problem if it had none all the time. */
  decided(url: string, sent: number, acknowledged: number, what: string): void;
  /** A promise was broken. */
  problem(text: string): void;
}

/** Something that clients do during a round. Every count that has been taken is in `counts`. */
export interface Traffic {
  readonly counts: Readonly<Record<string, number>>;
  /** Resolves when its clients are there. */
  begin(): Promise<void>;
  /** What has not happened since that time; undefined if all is as it should be. */
  unsettled(since: number): string | undefined;
  /** After nothing is sent any more: waits for what is on its way, and checks. */
  finish(): Promise<void>;
  close(): void;
}
