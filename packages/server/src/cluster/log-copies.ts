import { type Clock, pause } from "../clock.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import type { Payload } from "../socket.ts";
import type { LogPart } from "./log-part.ts";
import type { LogParts } from "./log-parts.ts";
import type { Peer } from "./peer.ts";

/** How long a node that can give a copy is looked for. */
const SEARCH_MILLISECONDS = 3_000;
const SEARCH_STEP_MILLISECONDS = 250;
/** How long the next piece of a copy may take; the first is longer on its way, because a database is copied before. */
const PIECE_MILLISECONDS = 60_000;
/** Copies that are given at a time. */
const MAX_GIVEN = 8;

/** A node whose copy is being read. */
interface Fetching {
  readonly peer: Peer;
  readonly number: number;
  arrived: (piece: Uint8Array | undefined, isLast: boolean) => void;
}

export interface LogCopiesDeps {
  readonly clock: Pick<Clock, "every">;
  readonly log: Log;
  peers(): Iterable<Peer>;
  tell(peer: Peer, head: readonly unknown[], body?: Payload): void;
  part(name: string): LogPart | undefined;
  /** This node has all that the log had when it started. */
  isComplete(): boolean;
}

/** Copies of parts of the log for nodes that are new or were away for too long, piece by piece: the next is sent when it is asked for. */
export class LogCopies {
  private readonly given = new Map<string, AsyncIterator<Uint8Array>>();
  private fetching: Fetching | undefined;
  private last = 0;
  /** How long others are looked for; not again when there were none. */
  private patience = SEARCH_MILLISECONDS;

  constructor(private readonly deps: LogCopiesDeps) {}

  /** Gives the parts that need what the log no longer has the copies of another node; without one they go on without it. */
  async fill(
    parts: LogParts,
    behind: ReadonlyMap<number, number>,
    logs: ReadonlyMap<number, readonly [log: string, last: number]>,
  ): Promise<void> {
    const { log } = this.deps;
    const needing = parts.behind(behind);
    for (const part of needing) {
      const { name } = part;
      // The copy of another part may have had what this one needs.
      if (!parts.behind(behind).includes(part)) continue;
      const isFetched = await this.fetch(part).catch((error: unknown) => {
        log.error("a copy of another node cannot be used", { part: name, error: failureText(error) });
        return false;
      });
      if (isFetched) parts.restored(logs);
      else
        log.warn("no other node has what the log of the cluster no longer holds; going on without it", { part: name });
    }
    // At the end: each copy makes all parts say again what they hold, also those that go on without one.
    for (const part of needing) parts.skipTo(part, behind);
  }

  /** Replaces what a part holds by the copy of another node; false if none can give one. */
  private async fetch(part: LogPart): Promise<boolean> {
    for (let waited = 0; waited <= this.patience; waited += SEARCH_STEP_MILLISECONDS) {
      for (const peer of [...this.deps.peers()]) {
        if (!peer.isReady) continue;
        const pieces = this.piecesFrom(peer, part.name);
        const first = await pieces.next().catch(() => undefined);
        if (!first || first.done) continue;
        await part.restore(withFirst(first.value, pieces));
        return true;
      }
      await pause(this.deps.clock, SEARCH_STEP_MILLISECONDS);
    }
    this.patience = 0;
    return false;
  }

  /** What another node says about copies; false when it is about something else. */
  told(peer: Peer, [kind, number, second, third]: readonly unknown[], body: Payload | undefined): boolean {
    if (kind === "copy" && typeof number === "number" && typeof second === "string")
      void this.give(peer, number, second);
    else if (kind === "copy-more" && typeof number === "number") void this.giveMore(peer, number);
    else if (kind === "copied") {
      const { fetching } = this;
      if (fetching?.peer === peer && fetching.number === number)
        fetching.arrived(second === true && body instanceof Uint8Array ? body : undefined, third === true);
    } else return false;
    return true;
  }

  lost(peer: Peer): void {
    for (const key of this.given.keys()) if (key.startsWith(`${peer.incarnation} `)) this.given.delete(key);
    if (this.fetching?.peer === peer) this.fetching.arrived(undefined, false);
  }

  private async *piecesFrom(peer: Peer, name: string): AsyncGenerator<Uint8Array> {
    const number = ++this.last;
    let isLast = false;
    for (let count = 0; !isLast; count++) {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      const fail = () => reject(new Error("the other node does not send its copy"));
      this.fetching = {
        ...{ peer, number },
        arrived(piece, isLastPiece) {
          isLast = isLastPiece;
          if (piece) resolve(piece);
          else fail();
        },
      };
      const stop = this.deps.clock.every(PIECE_MILLISECONDS, fail);
      this.deps.tell(peer, count === 0 ? ["copy", number, name] : ["copy-more", number]);
      try {
        yield await promise;
      } finally {
        stop();
        this.fetching = undefined;
      }
    }
  }

  private async give(peer: Peer, number: number, name: string): Promise<void> {
    const part = this.deps.part(name);
    if (!part || !this.deps.isComplete() || this.given.size >= MAX_GIVEN) {
      this.deps.tell(peer, ["copied", number, false]);
      return;
    }
    this.given.set(keyOf(peer, number), part.copy()[Symbol.asyncIterator]());
    await this.giveMore(peer, number);
  }

  private async giveMore(peer: Peer, number: number): Promise<void> {
    const key = keyOf(peer, number);
    const iterator = this.given.get(key);
    if (!iterator) return;
    try {
      const { value, done } = await iterator.next();
      if (done) this.given.delete(key);
      this.deps.tell(peer, ["copied", number, true, done === true], done ? new Uint8Array(0) : value);
    } catch {
      this.given.delete(key);
      this.deps.tell(peer, ["copied", number, false]);
    }
  }
}

const keyOf = ({ incarnation }: Peer, number: number): string => `${incarnation} ${number}`;

async function* withFirst(first: Uint8Array, others: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* others;
}
