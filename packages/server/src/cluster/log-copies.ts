import { isJsonObject } from "@achex/protocol";
import { type Clock, pause } from "../clock.ts";
import type { Log } from "../log/log.ts";
import { failureText } from "../log/log-text.ts";
import type { Payload } from "../socket.ts";
import type { LogPart, LogPosition } from "./log-part.ts";
import type { LogParts } from "./log-parts.ts";
import type { Peer } from "./peer.ts";

/** Without any other node for this long, there is none: each announces itself every second. */
const SEARCH_MILLISECONDS = 3_000;
const SEARCH_STEP_MILLISECONDS = 250;
/** How long the next piece of a copy may take, and how long it may be asked for. */
const PIECE_MILLISECONDS = 60_000;
/** Copies that are given at a time. */
const MAX_GIVEN = 8;
const COPYING = "copying from another node what the log of the cluster no longer holds";
const FAILED = "a copy of another node could not be read; trying again";

/** A copy that another node reads. */
interface Given {
  readonly pieces: AsyncIterator<Uint8Array>;
  /** It was asked for since the last look. */
  isRead: boolean;
  stopLooking(): void;
}

/** A node whose copy is being read. */
interface Fetching {
  readonly peer: Peer;
  readonly number: number;
  arrived: (piece: Uint8Array | Refusal, isLast: boolean) => void;
}

type Positions = readonly (LogPosition | undefined)[];

/** Why there is no next piece: `never` if the node does not have what is asked for, `later` if it does. */
type Refusal = "never" | "later";

class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super("the other node does not send its copy");
  }
}

export interface LogCopiesDeps {
  readonly clock: Pick<Clock, "every">;
  readonly log: Log;
  peers(): Iterable<Peer>;
  tell(peer: Peer, head: readonly unknown[], body?: Payload): void;
  part(name: string): LogPart | undefined;
  /** By shard: the position up to which a part of this node has been given the entries. */
  given(part: LogPart): readonly LogPosition[];
  /** This node has all that the log had when it started. */
  isComplete(): boolean;
}

/** Copies of parts of the log for nodes that are new or were away for too long, piece by piece: the next is sent when it is asked for. */
export class LogCopies {
  private readonly open = new Map<string, Given>();
  private fetching: Fetching | undefined;
  private last = 0;
  /** What the node whose copy is being read had been given. */
  private given: Positions = [];
  /** What has been logged already. */
  private failed: string | undefined;
  /** How long others are looked for; not again when there were none. */
  private patience = SEARCH_MILLISECONDS;

  constructor(private readonly deps: LogCopiesDeps) {}

  /** Gives the parts that need what the log no longer has the copies of another node; without one they go on without it. */
  async fill(parts: LogParts, behind: ReadonlyMap<number, number>, logs: readonly string[]): Promise<void> {
    const needing = parts.behind(behind);
    for (const part of needing) {
      const { name } = part;
      // The copy of another part may have had what this one needs.
      if (!parts.behind(behind).includes(part)) continue;
      const before = parts.positions();
      const given = await this.fetch(part);
      if (given) parts.restored(part, logs, given, before);
      else
        this.deps.log.warn("no other node has what the log of the cluster no longer holds; going on without it", {
          part: name,
        });
    }
    // At the end, because a copy can change what other parts hold as well.
    for (const part of needing) parts.skipTo(part, behind);
  }

  /**
   * Replaces what a part holds by the copy of another node, and returns what that had been given; undefined if no other has one. While there is one that cannot give it
   * now, it is asked again: without it, this node would count messages in another way than all others.
   */
  private async fetch(part: LogPart): Promise<Positions | undefined> {
    for (let waited = 0; waited <= this.patience; ) {
      let mayCome = false;
      for (const peer of [...this.deps.peers()]) {
        const answer = await this.fetchFrom(peer, part);
        if (typeof answer === "object") return answer;
        if (answer === "later") mayCome = true;
      }
      if (!mayCome) waited += SEARCH_STEP_MILLISECONDS;
      await pause(this.deps.clock, SEARCH_STEP_MILLISECONDS);
    }
    this.patience = 0;
    return undefined;
  }

  private async fetchFrom(peer: Peer, part: LogPart): Promise<Positions | Refusal> {
    // It is heard, so it will be soon, or is dead.
    if (!peer.isReady) return "later";
    const { log } = this.deps;
    const [{ node }, { name }] = [peer, part];
    const pieces = this.piecesFrom(peer, name);
    try {
      const first = await pieces.next();
      if (first.done) return "later";
      if (this.failed === undefined) log.info(COPYING, { part: name, from: node });
      const { given } = this;
      await part.restore(filled(first.value, pieces));
      this.failed = undefined;
      return given;
    } catch (error) {
      if (error instanceof Refused && error.refusal === "never") return "never";
      const key = `${name} ${node} ${failureText(error)}`;
      if (this.failed !== key) log.error(FAILED, { part: name, from: node, error: failureText(error) });
      this.failed = key;
      return "later";
    }
  }

  /** What another node says about copies; false when it is about something else. */
  told(peer: Peer, head: readonly unknown[], body: Payload | undefined): boolean {
    const [kind, number, second, third, isForLater, given] = head;
    if (kind === "copy" && typeof number === "number" && typeof second === "string")
      void this.give(peer, number, second);
    else if (kind === "copy-more" && typeof number === "number") void this.giveMore(peer, number);
    else if (kind === "copied") {
      const { fetching } = this;
      if (fetching?.peer !== peer || fetching.number !== number) return true;
      if (given !== undefined) this.given = readPositions(given);
      const refusal = isForLater === true ? "later" : "never";
      fetching.arrived(second === true && body instanceof Uint8Array ? body : refusal, third === true);
    } else return false;
    return true;
  }

  lost(peer: Peer): void {
    for (const key of this.open.keys()) if (key.startsWith(`${peer.incarnation} `)) this.end(key);
    if (this.fetching?.peer === peer) this.fetching.arrived("later", false);
  }

  private async *piecesFrom(peer: Peer, name: string): AsyncGenerator<Uint8Array> {
    const number = ++this.last;
    let isLast = false;
    for (let count = 0; !isLast; count++) {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      this.fetching = {
        ...{ peer, number },
        arrived(piece, isLastPiece) {
          isLast = isLastPiece;
          if (typeof piece === "string") reject(new Refused(count === 0 ? piece : "later"));
          else resolve(piece);
        },
      };
      const stop = this.deps.clock.every(PIECE_MILLISECONDS, () => reject(new Refused("later")));
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
    if (!part || !this.deps.isComplete()) {
      this.deps.tell(peer, ["copied", number, false]);
      return;
    }
    if (this.open.size >= MAX_GIVEN) {
      this.refuse(peer, number);
      return;
    }
    try {
      const positions = this.deps.given(part);
      this.open.set(keyOf(peer, number), this.opened(keyOf(peer, number), part));
      await this.giveMore(peer, number, [false, positions]);
    } catch (error) {
      this.failedToGive(peer, number, error);
    }
  }

  private opened(key: string, part: LogPart): Given {
    const given: Given = {
      pieces: part.copy()[Symbol.asyncIterator](),
      isRead: true,
      // What nobody asks for any more must not use up the disk.
      stopLooking: this.deps.clock.every(PIECE_MILLISECONDS, () => {
        if (!given.isRead) this.end(key);
        given.isRead = false;
      }),
    };
    return given;
  }

  private async giveMore(peer: Peer, number: number, more: readonly unknown[] = []): Promise<void> {
    const key = keyOf(peer, number);
    const given = this.open.get(key);
    if (!given) {
      this.refuse(peer, number);
      return;
    }
    given.isRead = true;
    try {
      const { value, done } = await given.pieces.next();
      given.isRead = true;
      if (done) this.end(key);
      this.deps.tell(peer, ["copied", number, true, done === true, ...more], done ? new Uint8Array(0) : value);
    } catch (error) {
      this.failedToGive(peer, number, error);
    }
  }

  private failedToGive(peer: Peer, number: number, error: unknown): void {
    this.deps.log.error("a copy for another node could not be made", { node: peer.node, error: failureText(error) });
    this.end(keyOf(peer, number));
    this.refuse(peer, number);
  }

  private refuse(peer: Peer, number: number): void {
    this.deps.tell(peer, ["copied", number, false, false, true]);
  }

  private end(key: string): void {
    const given = this.open.get(key);
    if (!given) return;
    this.open.delete(key);
    given.stopLooking();
    // It may be making the next piece; then it ends after that.
    given.pieces.return?.().catch(() => {});
  }
}

const readPosition = (sent: unknown): LogPosition | undefined =>
  isJsonObject(sent) ? { log: String(sent.log), position: Number(sent.position) } : undefined;

const readPositions = (sent: unknown): Positions => (Array.isArray(sent) ? sent.map(readPosition) : []);

const keyOf = ({ incarnation }: Peer, number: number): string => `${incarnation} ${number}`;

/** Without those that only say that there will be more. */
async function* filled(first: Uint8Array, others: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for await (const piece of others) if (piece.length > 0) yield piece;
}
