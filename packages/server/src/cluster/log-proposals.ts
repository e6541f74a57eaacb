import { NoQuorum } from "../bus.ts";
import type { Proposal } from "./log-part.ts";

/** How long a proposal may take until it has been applied here. */
const WAIT_MILLISECONDS = 5_000;
const MAX_WAITING = 100_000;
const MAX_WAITING_BYTES = 64 * 1024 ** 2;

interface Waiting {
  readonly proposal: Proposal;
  readonly bytes: number;
  readonly until: number;
}

/** The proposals of this node that have not been applied here. Each is settled once. */
export class LogProposals {
  private readonly waiting = new Map<number, Waiting>();
  private bytes_ = 0;

  get count(): number {
    return this.waiting.size;
  }

  get bytes(): number {
    return this.bytes_;
  }

  hasRoomFor(bytes: number): boolean {
    return this.waiting.size < MAX_WAITING && this.bytes_ + bytes <= MAX_WAITING_BYTES;
  }

  add(id: number, proposal: Proposal, bytes: number, now: number): void {
    this.bytes_ += bytes;
    this.waiting.set(id, { proposal, bytes, until: now + WAIT_MILLISECONDS });
  }

  applied(id: number): void {
    this.settle(id, undefined);
  }

  /** Returns the id from which on proposals still wait. */
  expire(now: number): number | undefined {
    for (const [id, { until }] of this.waiting) {
      if (until > now) return id;
      this.settle(id, new NoQuorum("the entry was not stored in time"));
    }
    return undefined;
  }

  fail(entries: Iterable<{ readonly id: number }>, reason: NoQuorum): void {
    for (const { id } of entries) this.settle(id, reason);
  }

  failAll(reason: NoQuorum): void {
    for (const id of [...this.waiting.keys()]) this.settle(id, reason);
  }

  private settle(id: number, failure: NoQuorum | undefined): void {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    this.bytes_ -= waiting.bytes;
    waiting.proposal.settled?.(failure);
  }
}
