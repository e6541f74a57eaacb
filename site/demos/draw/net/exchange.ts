import { Allowance } from "../../shared/room/allowance.ts";
import type { Board } from "../rules/board.ts";
import { ROOT, sha256Hex } from "../rules/chain.ts";
import type { Batch, Head } from "../rules/logs.ts";
import { playerOf } from "../rules/operation.ts";
import type { MessageData } from "./messages.ts";
import { Requests } from "./requests.ts";

/** Bytes of one part of a log at most; well below the largest frame. */
const PART = 192 * 1024;

type Kind = "draw" | "hello" | "logs" | "want" | "part";

/** Who is in the room, as far as the exchange needs to know. A peer is a session; a player has proven to be who it is. */
export interface Peers {
  /** Sessions of the others, the host first. */
  others(): readonly number[];
  hostIsMe(): boolean;
  /** Whether the others know that I am the player I say. */
  isProven(): boolean;
  isHost(peer: number): boolean;
  playerOf(peer: number): string | undefined;
  send<K extends Kind>(kind: K, data: MessageData<K>, to?: number): void;
  reject(reason: string): void;
  now(): number;
}

/**
 * Keeps the copies of the drawing the same. The drawing is in no one place: every peer has all of it. A newcomer learns from the host which
 * logs there are, by their hashes, and from each player about that player's own; then it fetches them in parts from any peer and checks
 * each part by its hash. So it does not matter who hands a part over, nor who leaves in the middle.
 */
export class Exchange {
  readonly #board: Board;
  readonly #peers: Peers;
  readonly #requests: Requests;
  /** What one peer can make this one send: its list of logs, and parts of them. */
  readonly #greetings = new Allowance(2, 4);
  readonly #parts = new Allowance(30, 60);
  readonly #gaps = new Allowance(1);
  /** Logs of which something has not arrived: how far they go, and who said so. */
  readonly #missing = new Map<string, { readonly peer: number; readonly count: number }>();

  constructor(board: Board, peers: Peers) {
    this.#board = board;
    this.#peers = peers;
    this.#requests = new Requests({
      sources: (author) => this.#sources(author),
      ask: (peer, author) => this.#ask(peer, author),
      now: () => peers.now(),
    });
  }

  /** Authors whose logs are being fetched. */
  get fetching(): number {
    return this.#requests.size;
  }

  /** After joining, and after a session that was lost. */
  joined(): void {
    const own = playerOf(this.#board.author);
    const isProven = this.#peers.isProven();
    const mine = this.#logs((author) => isProven && playerOf(author) === own);
    this.#peers.send("hello", { logs: mine, known: this.#known() });
  }

  /** To be called now and then: asks again for what is still missing. */
  pump(): void {
    for (const [author, { peer, count }] of this.#missing) {
      const isHere = this.#board.logs.count(author) >= count;
      if (isHere || !this.#peers.others().includes(peer)) this.#missing.delete(author);
      else this.#askForLogs(peer);
    }
    this.#requests.pump();
  }

  left(peer: number): void {
    for (const one of [this.#greetings, this.#parts, this.#gaps]) one.left(peer);
    this.#requests.left(peer);
  }

  draw(peer: number, { batch }: MessageData<"draw">): boolean {
    const player = this.#peers.playerOf(peer);
    if (player === undefined || playerOf(batch.author) !== player) {
      this.#peers.reject("draws in another player's name");
      return false;
    }
    return this.#take(peer, batch, true);
  }

  hello(peer: number, { logs, known }: MessageData<"hello">): void {
    this.logs(peer, { logs, isAll: false });
    if (!this.#greetings.take(peer, this.#peers.now())) return;
    const own = playerOf(this.#board.author);
    const isAll = this.#peers.hostIsMe();
    if (!isAll && !this.#peers.isProven()) return;
    if (isAll && known === this.#known()) return;
    const offered = this.#logs((author) => isAll || playerOf(author) === own);
    if (offered.length > 0) this.#peers.send("logs", { logs: offered, isAll }, peer);
  }

  /** Notes what a peer vouches for: its player's own logs, and all of them if it is the host. */
  logs(peer: number, { logs }: MessageData<"logs">): void {
    const player = this.#peers.playerOf(peer);
    const isHost = this.#peers.isHost(peer);
    for (const [author, marks] of logs) {
      if (author === this.#board.author) continue;
      const isOwn = player !== undefined && playerOf(author) === player;
      if (!isOwn && !isHost) {
        this.#peers.reject("vouches for somebody else's drawing");
        return;
      }
      const heads = marks.map(([count, hash]) => ({ author, count, hash }));
      this.#vouch(author, heads, isOwn);
    }
  }

  #vouch(author: string, heads: readonly Head[], isOwn: boolean): void {
    const { logs } = this.#board;
    const differs = heads.some((head) => logs.vouch(head) === "differs");
    if (differs) {
      const present = this.#peers.others().find((peer) => this.#peers.playerOf(peer) === playerOf(author));
      // The word of somebody who is here counts more than the host's.
      if (!isOwn && present !== undefined) {
        this.#peers.reject("the host's log of a player who is here is another one");
        this.#askForLogs(present);
        return;
      }
      if (!this.#board.dropFork(author)) return;
      for (const head of heads) logs.vouch(head);
    }
    this.#fetch(author);
  }

  #fetch(author: string): void {
    const { logs } = this.#board;
    if (logs.nextVouched(author, logs.count(author)) === undefined) this.#requests.done(author);
    else this.#requests.want(author);
  }

  #sources(author: string): readonly number[] {
    const others = this.#peers.others();
    const own = others.filter((peer) => this.#peers.playerOf(peer) === playerOf(author));
    return [...own, ...others.filter((peer) => !own.includes(peer))];
  }

  #ask(peer: number, author: string): void {
    const { logs } = this.#board;
    const from = logs.count(author) + 1;
    const to = logs.nextVouched(author, from - 1);
    // What was missing has arrived another way.
    if (to === undefined) this.#requests.drop(author);
    else this.#peers.send("want", { author, from, to }, peer);
  }

  want(peer: number, { author, from, to }: MessageData<"want">): void {
    if (!this.#parts.take(peer, this.#peers.now())) {
      this.#peers.reject("asks for too much");
      return;
    }
    const found = to - from < 20_000 ? this.#board.logs.batch(author, from, to) : undefined;
    const isWhole = found && found.operations.length === to - from + 1 && JSON.stringify(found).length < 2 * PART;
    this.#peers.send("part", { author, from, ...(isWhole && { batch: copyOf(found) }) }, peer);
  }

  part(peer: number, { author, batch }: MessageData<"part">): void {
    if (!this.#requests.has(author)) return;
    if (!batch || batch.author !== author || !this.#take(peer, batch, false)) {
      this.#requests.failed(peer, author);
      return;
    }
    this.#requests.done(author);
    this.#fetch(author);
  }

  #take(peer: number, batch: Batch, authentic: boolean): boolean {
    const outcome = this.#board.receive(batch, authentic);
    switch (outcome.kind) {
      case "accepted":
      case "known":
        return true;
      case "gap":
      case "fork":
        if (!authentic) return false;
        this.#missing.set(batch.author, { peer, count: batch.from + batch.operations.length - 1 });
        this.#askForLogs(peer);
        return false;
      case "unproven":
        this.#peers.reject("operations that nobody vouched for");
        return false;
      case "rejected":
        this.#peers.reject(outcome.reason);
        return false;
    }
  }

  /** Something of that player is missing: a hello makes the player name all their logs. At most one per second. */
  #askForLogs(peer: number): void {
    if (!this.#gaps.take(peer, this.#peers.now())) return;
    this.#peers.send("hello", { logs: [], known: this.#known() }, peer);
  }

  #logs(includes: (author: string) => boolean): MessageData<"logs">["logs"] {
    const { logs } = this.#board;
    const authors = logs.heads().filter(({ author }) => includes(author));
    return authors.map(({ author }) => [author, logs.marks(author, PART).map(({ count, hash }) => [count, hash])]);
  }

  #known(): string {
    const heads = this.#board.logs.heads().map(({ author, count, hash }) => `${author} ${count} ${hash}`);
    return heads.length === 0 ? ROOT : sha256Hex(heads.sort().join("\n")).slice(0, ROOT.length);
  }
}

const copyOf = ({ author, from, before, operations }: Batch): MessageData<"part">["batch"] => ({
  author,
  from,
  before,
  operations: [...operations],
});
