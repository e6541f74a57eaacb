import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Player } from "../../shared/room/players.ts";
import { chooseMove } from "../rules/bots/bot.ts";
import { type Entry, type Game, HOST, type Move } from "../rules/game.ts";
import { canonical } from "../rules/hash.ts";
import { awaitsRoll, contributors } from "../rules/seats.ts";
import type { ConquestRoom } from "./definition.ts";
import { follow } from "./follow.ts";
import { Ledger, type Step } from "./ledger.ts";
import { restore } from "./log-store.ts";
import { Reveals } from "./reveals.ts";
import { DEFAULTS, PAGE, type Settings } from "./schemas.ts";
import { type Drawer, Secrets } from "./secrets.ts";

/** A hash of another peer, to compare with one's own. */
export interface PeerHash {
  readonly seq: number;
  readonly hash: string;
}

/** Pause before a revealed link is sent again while the roll is due, ms. */
const AGAIN = 2_000;
/** How often a peer says where it is, at most, ms. */
const REPORT = 1_000;

/**
 * One peer's view of a game. Players propose moves to everybody; the host puts them into one order, the log; and every peer plays the log by
 * the same rules and rejects what they do not allow. What the host does in addition is in host.ts.
 */
export class Table {
  readonly room: ConquestRoom;
  readonly secrets: Secrets;
  readonly ledger = new Ledger();
  readonly reveals = new Reveals();
  /** Number of moves, for views: they read the ledger after reading this. */
  readonly length: ReadonlySignal<number>;
  readonly game: ReadonlySignal<Game | undefined>;
  /** My seat on the board; undefined for spectators. */
  readonly mySeat: ReadonlySignal<number | undefined>;
  readonly settings: ReadonlySignal<Settings>;
  /** What others reported last, by player id. */
  readonly peers: ReadonlySignal<ReadonlyMap<string, PeerHash>>;
  /** What this peer found wrong with what the host said. */
  readonly complaints: ReadonlySignal<readonly string[]>;
  readonly round: ReadonlySignal<number>;
  readonly #length = signal(0);
  readonly #peers = signal<ReadonlyMap<string, PeerHash>>(new Map());
  readonly #complaints = signal<readonly string[]>([]);
  readonly #round = signal(0);
  /** Moves that players have proposed and that are not in the log yet, as texts. */
  readonly #witnessed = new Set<string>();
  readonly #stop: (() => void)[] = [];
  #report: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #term = 0;
  /** Where the host adds moves; undefined on other peers. */
  decide: ((by: number, move: Move) => string | undefined) | undefined;

  constructor(room: ConquestRoom, drawer?: Drawer) {
    this.room = room;
    this.secrets = new Secrets(room.code, room.myId, drawer);
    this.length = this.#length;
    this.peers = this.#peers;
    this.complaints = this.#complaints;
    this.round = this.#round;
    this.game = computed(() => (this.#length.value > 0 ? this.ledger.game : undefined));
    this.mySeat = computed(() => {
      const at = this.game.value?.seats.findIndex(({ id }) => id === room.myId) ?? -1;
      return at < 0 ? undefined : at;
    });
    this.settings = computed(() => room.checkpoint("settings") ?? DEFAULTS);
    this.#listen();
  }

  close(): void {
    for (const stop of this.#stop) stop();
    clearTimeout(this.#report);
    clearTimeout(this.#again);
  }

  /** Proposes a move of my own; the host adds it to the log. Returns why the rules do not allow it. */
  propose(move: Move): string | undefined {
    const seat = this.mySeat.peek();
    if (seat === undefined) return "spectators do not move";
    if (this.decide) return this.decide(seat, move);
    if (move.do === "begin" || move.do === "roll" || move.do === "control" || move.do === "sit")
      return "only the host does that";
    this.#witnessed.add(canonical({ by: seat, move }));
    this.room.send("move", { move });
    return undefined;
  }

  /** Adds a move that was decided: as the host, or because the host said so. */
  append(entry: Entry): Step | string {
    const step = this.ledger.add(entry);
    if (typeof step === "string") return step;
    this.#witnessed.delete(canonical(entry));
    this.#changed();
    return step;
  }

  /** Begins with an empty log. */
  clear(round: number): void {
    batch(() => {
      this.ledger.truncate(0);
      this.#witnessed.clear();
      this.#round.value = round;
      this.#length.value = 0;
    });
  }

  /** Continues with a whole log, such as one from a file. */
  load(entries: readonly Entry[], round: number): string | undefined {
    this.clear(round);
    for (const entry of entries) {
      const step = this.ledger.add(entry);
      if (typeof step === "string") return step;
    }
    this.#changed();
    return undefined;
  }

  complain(what: string): void {
    const list = this.#complaints.peek();
    if (!list.includes(what)) this.#complaints.value = [...list, what].slice(-20);
  }

  /** Where a player sits on the board; undefined if it does not. Only a seat that the session has proven counts. */
  seatOf({ id, seat }: Player): number | undefined {
    const at = seat === undefined ? -1 : (this.game.peek()?.seats.findIndex((one) => one.id === id) ?? -1);
    return at < 0 ? undefined : at;
  }

  #changed(): void {
    this.#length.value = this.ledger.length;
    this.#reveal();
    this.#report ??= setTimeout(() => this.#say(), REPORT);
  }

  /** Says where this peer is, if somebody is there to compare. */
  #say(): void {
    this.#report = undefined;
    const { last } = this.ledger;
    if (last && this.room.players.peek().length > 1) {
      this.room.send("at", { seq: last.game.seq, hash: last.hash }, { latest: true });
    }
  }

  /** Reveals my link for the roll that is due. */
  #reveal(): void {
    const game = this.ledger.game;
    const seat = this.mySeat.peek();
    clearTimeout(this.#again);
    if (!game || seat === undefined || !awaitsRoll(game)) return;
    // A link can be lost with the host that received it.
    this.#again = setTimeout(() => this.#reveal(), AGAIN);
    const link = this.secrets.chain[(game.seats[seat]?.revealed ?? 0) + 1];
    if (!contributors(game).includes(seat) || link === undefined) return;
    // Without my chain (another browser, a saved game) there is nothing to reveal.
    if (this.reveals.add(game, seat, game.rolls, link) === undefined)
      this.room.send("reveal", { roll: game.rolls, link });
  }

  #listen(): void {
    const { room } = this;
    this.#stop.push(
      room.on("reveal", ({ roll, link }, from) => {
        const game = this.ledger.game;
        const seat = this.seatOf(from);
        if (!game || seat === undefined) return "this player has no seat";
        return this.reveals.add(game, seat, roll, link);
      }),
      room.on("move", ({ move }, from) => this.#proposed(move, from)),
      room.on("entries", (data, from) => {
        if (!from.isHost) return "only the host keeps the log";
        return this.#received(data.round, data.from, data.list, data.hash);
      }),
      room.on("at", ({ seq, hash }, from) => {
        this.#peers.value = new Map(this.#peers.peek()).set(from.id, { seq, hash });
        const own = this.ledger.steps[seq - 1]?.hash;
        if (own !== undefined && own !== hash) return `${from.name} has another state after move ${seq}`;
        return undefined;
      }),
      follow(
        () => room.checkpoint("head"),
        () => !this.decide && this.restore(),
      ),
    );
  }

  #proposed(move: Move, from: Player): string | undefined {
    const by = this.seatOf(from);
    if (by === undefined) return "this player has no seat";
    if (this.decide) return this.decide(by, move);
    if (this.#witnessed.size > 200) this.#witnessed.clear();
    this.#witnessed.add(canonical({ by, move }));
    return undefined;
  }

  /**
   * Loads the log of the room's state if it has more than this peer: after joining, after a long absence, and as the host of a room whose
   * members have all reloaded or come back another day.
   */
  restore(): void {
    const head = this.room.checkpoint("head");
    const round = this.#round.peek();
    // Reading the whole log is work: only when it has something new.
    if (!head || head.round < round || (head.round === round && head.seq <= this.ledger.length)) return;
    const stored = restore(this.room);
    const reason = stored && this.load(stored.entries, stored.round);
    if (reason !== undefined) this.complain(`The stored game is not valid: ${reason}`);
  }

  #received(round: number, from: number, list: readonly Entry[], hash: string): string | undefined {
    if (this.decide) return "this peer is the host";
    if (round !== this.#round.peek()) {
      if (from !== 0) return this.#want(0);
      this.clear(round);
    }
    if (from > this.ledger.length) return this.#want(this.ledger.length);
    for (const [index, entry] of list.entries()) {
      const reason = this.#take(from + index, entry);
      if (reason !== undefined) return reason;
    }
    if (list.length > 0 && this.ledger.steps[from + list.length - 1]?.hash !== hash) {
      this.complain("The host has another state than this page after the same moves.");
    }
    this.#term = this.room.term;
    return undefined;
  }

  #take(position: number, entry: Entry): string | undefined {
    if (position < this.ledger.length) {
      if (this.ledger.has(position, entry)) return undefined;
      // A new host may lack the last moves of the one before; the same host may not take moves back.
      if (this.room.term === this.#term) return "the host may not take moves back";
      this.complain(`The new host went back to move ${position}.`);
      this.ledger.truncate(position);
    }
    const byPlayer = entry.by !== HOST && this.ledger.game?.seats[entry.by]?.control === "human";
    const seen =
      this.#witnessed.has(canonical(entry)) || this.room.host.peek()?.id === this.ledger.game?.seats[entry.by]?.id;
    const bot = !byPlayer && entry.by !== HOST ? this.#botMove(entry.by) : undefined;
    const step = this.append(entry);
    if (typeof step === "string") {
      this.complain(`The host sent an impossible move: ${step}.`);
      return step;
    }
    if (byPlayer && !seen && position > 0) this.complain(`Move ${position + 1} was not seen before the host added it.`);
    if (bot && entry.move.do !== "chain" && canonical(bot) !== canonical(entry.move)) {
      this.complain(`Move ${position + 1} is not what the bot would have played.`);
    }
    return undefined;
  }

  #botMove(seat: number): Move | undefined {
    const game = this.ledger.game;
    return game?.turn === seat ? chooseMove(game, game.seats[seat]?.level ?? "hard") : undefined;
  }

  #want(from: number): string | undefined {
    const host = this.room.host.peek();
    if (host && !host.isMe) this.room.send("want", { from }, { to: host, latest: true });
    return undefined;
  }

  /** Asks the host for what is missing, for example after this page was frozen. */
  catchUp(): void {
    this.#want(this.ledger.length);
  }

  /** Pages of the log for a peer that lacks them. */
  pages(from: number): { readonly from: number; readonly list: Entry[]; readonly hash: string }[] {
    const pages = [];
    for (let at = from; at < this.ledger.length; at += PAGE) {
      const list = this.ledger.entries(at, PAGE);
      pages.push({ from: at, list, hash: this.ledger.steps[at + list.length - 1]?.hash ?? "" });
    }
    return pages;
  }
}
