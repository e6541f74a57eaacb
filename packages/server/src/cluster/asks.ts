import type { Clock } from "../clock.ts";
import type { Payload } from "../socket.ts";
import type { Peer } from "./peer.ts";

/** How long another node may take to answer. */
const WAIT_MILLISECONDS = 250;
const CHECK_MILLISECONDS = 25;
/** A check that is later than that means that this node did not run. */
const STALL_MILLISECONDS = 2 * CHECK_MILLISECONDS;

/** What a node answered; undefined when it did not in time. */
export type Answer = readonly unknown[] | undefined;

interface Open {
  readonly peer: Peer;
  /** By the clock, less the time in which this node did not run. */
  readonly until: number;
  readonly done: (answer: Answer) => void;
  /** The node answers only if there is something to say. */
  readonly isAnswerOptional: boolean;
}

export interface AskOptions {
  /** The node answers only if there is something to say. */
  readonly isAnswerOptional?: boolean;
  /** Milliseconds that it may take; 250 by default. */
  readonly wait?: number;
}

export interface AsksDeps {
  readonly clock: Pick<Clock, "now" | "every">;
  send(peer: Peer, head: readonly unknown[], body?: Payload): boolean;
}

/** Questions to other nodes. Answers are passed on in the call in which they arrive, so nothing that comes after them is handled before. */
export class Asks {
  private readonly open = new Map<number, Open>();
  /** Number of the latest question. */
  last = 0;
  private stopChecks: (() => void) | undefined;
  private checkedAt = 0;
  /** Milliseconds in which this node did not run, so it could not read an answer: they count for nobody who was asked. */
  private stalled = 0;
  /** Questions that were not answered in time. */
  missed = 0;

  constructor(private readonly deps: AsksDeps) {}

  get waiting(): number {
    return this.open.size;
  }

  /** Asks a node. `head` begins with its kind; the number of the question is inserted after it. */
  ask(
    peer: Peer,
    [kind, ...rest]: readonly unknown[],
    body: Payload | undefined,
    done: (answer: Answer) => void,
    { isAnswerOptional = false, wait = WAIT_MILLISECONDS }: AskOptions = {},
  ): void {
    const number = ++this.last;
    if (!peer.isReady || !this.deps.send(peer, [kind, number, ...rest], body)) {
      this.missed++;
      done(undefined);
      return;
    }
    const now = this.deps.clock.now();
    if (!this.stopChecks) {
      this.checkedAt = now;
      this.stopChecks = this.deps.clock.every(CHECK_MILLISECONDS, () => this.check());
    }
    this.open.set(number, { peer, until: now - this.stalled + wait, done, isAnswerOptional });
  }

  /** Resolves when all of them have answered, or have not in time. */
  askAll(peers: ReadonlySet<Peer>, head: readonly unknown[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let awaited = peers.size;
    if (awaited === 0) resolve();
    for (const peer of peers) {
      this.ask(peer, head, undefined, () => {
        if (--awaited === 0) resolve();
      });
    }
    return promise;
  }

  /** A node answers. */
  answered(peer: Peer, number: unknown, answer: readonly unknown[]): void {
    const asked = typeof number === "number" ? this.open.get(number) : undefined;
    if (typeof number !== "number" || asked?.peer !== peer) return;
    this.open.delete(number);
    asked.done(answer);
  }

  /** Whether nobody waits for an answer to a question up to that number. */
  isSettled(number: number): boolean {
    for (const [asked, { isAnswerOptional }] of this.open) {
      if (asked > number) return true;
      if (!isAnswerOptional) return false;
    }
    return true;
  }

  lost(peer: Peer): void {
    for (const [number, asked] of this.open) if (asked.peer === peer) this.miss(number, asked);
  }

  private check(): void {
    const now = this.deps.clock.now();
    const late = now - this.checkedAt - CHECK_MILLISECONDS;
    this.checkedAt = now;
    if (late > STALL_MILLISECONDS) this.stalled += late;
    const attended = now - this.stalled;
    for (const [number, asked] of this.open) {
      if (asked.until <= attended) this.miss(number, asked);
    }
    if (this.open.size > 0) return;
    this.stopChecks?.();
    this.stopChecks = undefined;
  }

  private miss(number: number, { done, isAnswerOptional }: Open): void {
    this.open.delete(number);
    if (!isAnswerOptional) this.missed++;
    done(undefined);
  }
}
