import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { GameRoom } from "../../shared/room/game-room.ts";
import type { Player } from "../../shared/room/players.ts";
import { type Seat, sideOf } from "../rules/court.ts";
import { type Match, type Move, newMatch, seatsIn } from "../rules/match.ts";
import type { Happening } from "../rules/timeline.ts";
import { type CourtEntry, DEFAULT_SETUP, levelOf, type pong, type Round, type Setup } from "./game.ts";
import { LiveCourt, type Steering } from "./live-court.ts";

export type PongRoom = GameRoom<(typeof pong)["messages"], (typeof pong)["checkpoints"]>;

/** More courts than that, and a paddle's position is only sent to those who see it. */
const SMALL = 2;
/** Pause between two questions for the same match, ms. */
const ASK_AGAIN = 500;
/** Points by which two peers may differ while moves are on their way. */
const NEAR = 2;

const isNear = ({ score: [a, b] }: Match, { score: [c, d] }: Match): boolean =>
  Math.abs(a - c) <= NEAR && Math.abs(b - d) <= NEAR;

/** All matches of a room as this peer knows them. It checks every move; the umpire adds what only the host decides. */
export class Table {
  readonly room: PongRoom;
  readonly round: ReadonlySignal<Round | undefined>;
  readonly setup: ReadonlySignal<Setup>;
  /** The court on screen: the own one, otherwise the one that is watched. */
  readonly court: ReadonlySignal<CourtEntry | undefined>;
  readonly courts = new Map<string, LiveCourt>();
  /** Called when a player of a court shows a sign of life. */
  onSign: ((court: string, player: Player) => void) | undefined;
  /** Called after each move that counts. */
  onMove: ((court: string, move: Move, seat: Seat | undefined) => void) | undefined;
  onProtest: ((court: string, player: Player) => void) | undefined;
  readonly #watched = signal<string | undefined>(undefined);
  readonly #stop: (() => void)[] = [];
  /** Courts of which moves were missed, and when that was noticed. */
  readonly #behindSince = new Map<string, number>();
  #roundNumber = -1;

  /** Milliseconds, from any beginning. */
  readonly now: () => number;

  constructor(room: PongRoom, now: () => number = () => performance.now()) {
    this.room = room;
    this.now = now;
    this.round = computed(() => {
      const round = room.checkpoint("round");
      return round?.number === room.phase.value.round ? round : undefined;
    });
    this.setup = computed(() => room.checkpoint("setup") ?? DEFAULT_SETUP);
    this.court = computed(() => {
      const courts = this.round.value?.courts ?? [];
      const own = courts.find(({ seats }) => seats.includes(room.myId));
      return own ?? courts.find(({ id }) => id === this.#watched.value) ?? courts[0];
    });
    this.#stop.push(
      effect(() => {
        const round = this.round.value;
        untracked(() => this.#followRound(round));
      }),
      effect(() => {
        const scores = room.checkpoint("scores") ?? {};
        untracked(() => this.#followScores(scores));
      }),
      room.on("move", ({ c, s, m }, from) => this.#move(c, s, m, from)),
      room.on("paddle", ({ c, s, y, t }, from) => this.#paddle(c, s, y, t, from)),
      room.on("ask", ({ c, n }, from) => this.#asked(c, n, from)),
      room.on("match", ({ c, match }, from) => this.#told(c, match, from)),
      room.on("back", ({ c }, from) => {
        this.onSign?.(c, from);
      }),
      room.on("protest", ({ c, n }, from) => this.#protested(c, n, from)),
    );
  }

  /** The own seat on the court on screen. */
  mySeat(): Seat | undefined {
    return this.seatOf(this.court.value, this.room.myId);
  }

  seatOf(court: CourtEntry | undefined, id: string): Seat | undefined {
    const at = court?.seats.indexOf(id) ?? -1;
    const live = court && this.courts.get(court.id);
    return live && seatsIn(live.match).find((seat) => seat === at);
  }

  watch(court: string): void {
    this.#watched.value = court;
    this.room.setAttributes({ watch: court });
  }

  /** One step of all courts. The own one is steered; of the others only the computer's seats are. Returns what happens on screen. */
  step(now: number, steering: Steering): Happening[] {
    const onScreen = this.court.peek()?.id;
    let happenings: Happening[] = [];
    for (const [id, court] of this.courts) {
      const found = court.step(now, steering);
      if (id === onScreen) happenings = found;
    }
    return happenings;
  }

  wakeUp(): void {
    for (const court of this.courts.values()) court.wakeUp();
    this.#askAll();
  }

  sendMove(court: string, move: Move, seat: Seat | undefined): void {
    this.room.send("move", { c: court, ...(seat !== undefined && { s: seat }), m: move });
    this.onMove?.(court, move, seat);
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  #entry(court: string): CourtEntry | undefined {
    return this.round.peek()?.courts.find(({ id }) => id === court);
  }

  #followRound(round: Round | undefined): void {
    if (!round || round.number !== this.#roundNumber) this.courts.clear();
    if (!round) return;
    this.#roundNumber = round.number;
    for (const id of this.courts.keys()) if (!round.courts.some((entry) => entry.id === id)) this.courts.delete(id);
    for (const entry of round.courts) if (!this.courts.has(entry.id)) this.#open(entry, round);
    const mine = round.courts.find(({ seats, standIns }) => standIns.some((seat) => seats[seat] === this.room.myId));
    // A page that can tell so has woken up.
    if (mine && this.room.host.peek()) this.#toHost("back", mine.id);
  }

  #open({ id, seats }: CourtEntry, { goal }: Round): void {
    const known = this.room.checkpoint("scores")?.[id];
    const match = known ?? newMatch(seats.length > 2 ? 2 : 1, goal);
    const port = {
      control: (seat: Seat) => this.#control(id, seat),
      sendMove: (move: Move, seat: Seat) => this.sendMove(id, move, seat),
      sendPaddle: (seat: Seat, y: number) => this.#sendPaddle(id, seat, y),
      protest: (move: Move) => this.#protest(id, move),
    };
    this.courts.set(id, new LiveCourt(match, port, this.now()));
    this.#ask(id, match.n);
  }

  #control(id: string, seat: Seat): "me" | Setup["level"] | undefined {
    const entry = this.#entry(id);
    const holder = entry?.seats[seat];
    if (!entry || holder === undefined) return undefined;
    const level = entry.standIns.includes(seat) ? "steady" : levelOf(holder);
    if (level) return this.room.hub.isHost ? level : undefined;
    return holder === this.room.myId && this.room.me.peek()?.seat !== undefined ? "me" : undefined;
  }

  /** Whether that member may move that seat: its player, or the host for the computer. */
  #mayMove(entry: CourtEntry, seat: Seat, from: Player): boolean {
    const holder = entry.seats[seat];
    if (holder === undefined) return false;
    const isComputer = levelOf(holder) !== undefined || entry.standIns.includes(seat);
    // Only players with a seat have proven who they are.
    return isComputer ? from.isHost : from.id === holder && from.seat !== undefined;
  }

  #move(id: string, seat: Seat | undefined, move: Move, from: Player): string | undefined {
    const entry = this.#entry(id);
    const court = this.courts.get(id);
    if (!entry || !court) return "no such court";
    this.onSign?.(id, from);
    const mayMove = move.kind === "let" ? from.isHost : seat !== undefined && this.#mayMove(entry, seat, from);
    if (!mayMove) {
      // News of a computer that takes over comes with the state, after the messages that were missed.
      if (from.isHost) this.#fellBehind(id, from);
      return move.kind === "let" ? "only the host voids a rally" : "this is not the sender's paddle";
    }
    const refused = court.receive(move, seat, this.now());
    if (refused === undefined) this.onMove?.(id, move, seat);
    // Moves were missed: in a reload, or while two hosts followed each other.
    else if (move.n > court.match.n + 1) this.#fellBehind(id, from);
    return refused;
  }

  #paddle(id: string, seat: Seat, y: number, sentAt: number, from: Player): string | undefined {
    const entry = this.#entry(id);
    if (!entry || !this.#mayMove(entry, seat, from)) return entry ? "this is not the sender's paddle" : "no such court";
    this.courts.get(id)?.paddles[seat]?.received(y, sentAt, this.now());
    return undefined;
  }

  #sendPaddle(id: string, seat: Seat, y: number): void {
    const data = { c: id, s: seat, y, t: Math.round(this.now()) };
    const options = { latest: `paddle ${id} ${seat}` };
    const courts = this.round.peek()?.courts ?? [];
    if (courts.length <= SMALL) {
      this.room.send("paddle", data, options);
      return;
    }
    const seats = this.#entry(id)?.seats ?? [];
    for (const player of this.room.players.peek()) {
      const sees = seats.includes(player.id) || player.attributes.watch === id;
      if (sees && !player.isMe && player.status === "here") this.room.send("paddle", data, { ...options, to: player });
    }
  }

  #askAll(): void {
    for (const [id, { match }] of this.courts) this.#ask(id, match.n);
  }

  /** This peer has missed something: it asks, and believes the host whatever it knew before. */
  #fellBehind(id: string, whom: Player): void {
    const at = this.#behindSince.get(id);
    if (at !== undefined && this.now() - at < ASK_AGAIN) return;
    this.#behindSince.set(id, this.now());
    this.#ask(id, this.courts.get(id)?.match.n ?? 0, whom);
  }

  #adopt(id: string, court: LiveCourt, match: Match): void {
    if (match.n <= court.match.n && !this.#behindSince.has(id)) return;
    this.#behindSince.delete(id);
    court.adopt(match, this.now());
  }

  #ask(id: string, n: number, whom = this.room.host.peek()): void {
    if (whom && !whom.isMe) this.room.send("ask", { c: id, n }, { to: whom });
  }

  #asked(id: string, n: number, from: Player): string | undefined {
    const match = this.courts.get(id)?.match;
    if (!match) return "no such court";
    for (const paddle of this.courts.get(id)?.paddles ?? []) paddle.repeat();
    if (match.n > n) this.room.send("match", { c: id, match }, { to: from });
    else if (n > match.n) this.#ask(id, match.n, from);
    this.onSign?.(id, from);
    return undefined;
  }

  /** A match as another peer knows it: from the host, or to the host from one who plays it. */
  #told(id: string, match: Match, from: Player): string | undefined {
    const court = this.courts.get(id);
    const entry = this.#entry(id);
    if (!court || !entry) return "no such court";
    if (!from.isHost && !(this.room.hub.isHost && entry.seats.includes(from.id) && from.seat !== undefined))
      return "only the host tells the score";
    const isPlausible = from.isHost ? this.#isPlausible(id, court, match) : isSameScore(match, court.match);
    if (court.match.n > 0 && !isPlausible) return "the score differs from the moves";
    this.#adopt(id, court, match);
    return undefined;
  }

  #followScores(scores: Readonly<Record<string, Match>>): void {
    for (const [id, match] of Object.entries(scores)) {
      const court = this.courts.get(id);
      if (!court || match.n <= court.match.n + 1) continue;
      if (this.#isPlausible(id, court, match)) this.#adopt(id, court, match);
      else this.room.reject("the host's score differs from the moves");
    }
  }

  #isPlausible(id: string, court: LiveCourt, match: Match): boolean {
    return court.match.n === 0 || this.#behindSince.has(id) || isNear(match, court.match);
  }

  #protest(id: string, move: Move): void {
    if (this.room.hub.isHost) {
      const me = this.room.me.peek();
      if (me) this.onProtest?.(id, me);
    } else {
      const host = this.room.host.peek();
      if (host) this.room.send("protest", { c: id, n: move.n }, { to: host });
    }
  }

  #protested(id: string, _n: number, from: Player): string | undefined {
    const entry = this.#entry(id);
    if (!entry?.seats.includes(from.id) || from.seat === undefined) return "only players protest";
    this.onProtest?.(id, from);
    return undefined;
  }

  #toHost(kind: "back", court: string): void {
    const host = this.room.host.peek();
    if (host && !host.isMe) this.room.send(kind, { c: court }, { to: host });
    else {
      const me = this.room.me.peek();
      if (me) queueMicrotask(() => this.onSign?.(court, me));
    }
  }
}

const isSameScore = ({ score: [a, b] }: Match, { score: [c, d] }: Match): boolean => a === c && b === d;

/** Colours and sides of a court from the point of view of one seat. */
export const sideFor = (seat: Seat | undefined) => (seat === undefined ? undefined : sideOf(seat));
