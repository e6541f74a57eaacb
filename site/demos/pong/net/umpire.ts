import { effect } from "@preact/signals";
import type { Player } from "../../shared/room/players.ts";
import { championOf } from "../rules/bracket.ts";
import { type Seat, sideOf, TICK_MS } from "../rules/court.ts";
import { type Match, type Move, pathOf, seatsIn, turnOf, winnerOf } from "../rules/match.ts";
import { bracketOf, courtsOf, drawn, formatFor } from "../rules/pairings.ts";
import { randomFrom } from "../rules/random.ts";
import { type CourtEntry, computerOf, levelOf, type Round } from "./game.ts";
import type { LiveCourt } from "./live-court.ts";
import type { Table } from "./table.ts";

/** How often the host looks at its courts, ms. */
const LOOK = 250;
/** How long a player may be away, or owe an answer, before the computer plays on, ms. */
const AWAY_LIMIT = 15_000;
const SILENCE_LIMIT = 20_000;
/** How long a rally may be stuck before it is played again, ms. */
const STUCK_LIMIT = 12_000;
/** How long the end of a match is shown, ms. */
const END_OF_MATCH = 1_600;
const END_OF_TIE = 3_500;
/** Rallies per court that protests may void: nobody can keep a match from ending. */
const MOST_PROTESTS = 6;

const withoutFlight = ({ flight: _, ...match }: Match): Match =>
  match.phase === "rally" ? { ...match, phase: "serve", strikes: 0 } : match;

/** What only the host decides: who plays whom, when the computer takes over, when a rally is void. Every peer has one; it acts while this peer is the host. */
export class Umpire {
  readonly #table: Table;
  readonly #awaySince = new Map<string, number>();
  /** Since when a seat owes a move, by court and seat. Playing a rally again does not forgive it. */
  readonly #owedSince = new Map<string, number>();
  readonly #endedAt = new Map<string, number>();
  readonly #protests = new Map<string, number>();
  readonly #stop: (() => void)[] = [];
  #hasChallenger = false;

  constructor(table: Table) {
    this.#table = table;
    table.onSign = (court, player) => this.#seen(court, player);
    table.onMove = (court, move, seat) => this.#moved(court, move, seat);
    table.onProtest = (court) => this.#protested(court);
    const timer = setInterval(() => this.look(table.now()), LOOK);
    this.#stop.push(
      () => clearInterval(timer),
      effect(() => {
        const { name } = table.room.phase.value;
        if (table.room.isHost.value && name === "playing" && !table.round.value) this.#begin();
      }),
    );
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  /** Draws up a round for those who have a seat. */
  #begin(): void {
    const { room } = this.#table;
    const { round: number } = room.phase.peek();
    const setup = this.#table.setup.peek();
    const seated = room.players.peek().filter(({ seat, status }) => seat !== undefined && status !== "gone");
    const format = formatFor(setup.format, seated.length);
    const ids = seated.map(({ id }) => id);
    const entrants = format === "tournament" ? [...drawn(ids, randomFrom(number, ids.length))] : ids.slice(0, 4);
    const round: Round = { ...setup, number, format, entrants, results: [], courts: [] };
    if (entrants.length === 0) {
      room.toLobby();
      return;
    }
    room.publish({ round: { ...round, courts: this.#courts(round) }, scores: {} });
  }

  #courts(round: Round): CourtEntry[] {
    const before = new Map(round.courts.map((court) => [court.id, court]));
    const planned = courtsOf(round, (seat) => computerOf(round.level, seat));
    return planned.map(({ id, seats }) => before.get(id) ?? { id, seats: [...seats], standIns: [] });
  }

  #change(change: (round: Round) => Round): void {
    const round = this.#table.round.peek();
    if (round && this.#table.room.hub.isHost) this.#table.room.publish({ round: change(round) });
  }

  /** What the host looks after from time to time. */
  look(now: number): void {
    const { room, courts } = this.#table;
    const round = this.#table.round.peek();
    if (!room.hub.isHost || !round || room.phase.peek().name !== "playing") return;
    for (const player of room.players.peek()) {
      if (player.status === "here") this.#awaySince.delete(player.id);
      else if (!this.#awaySince.has(player.id)) this.#awaySince.set(player.id, now);
    }
    for (const entry of round.courts) {
      const court = courts.get(entry.id);
      if (court) this.#lookAt(entry, court, round, now);
    }
    this.#welcome(round);
  }

  #lookAt(entry: CourtEntry, court: LiveCourt, round: Round, now: number): void {
    if (court.match.phase === "over") {
      const endedAt = this.#endedAt.get(entry.id) ?? now;
      this.#endedAt.set(entry.id, endedAt);
      if (now - endedAt > (round.format === "tournament" ? END_OF_TIE : END_OF_MATCH))
        this.#end(entry, court.match, round);
      return;
    }
    const absent = seatsIn(court.match).find(
      (seat) => !entry.standIns.includes(seat) && this.#isAbsent(entry, court, seat, now),
    );
    if (absent !== undefined) {
      this.#standIns(entry.id, (standIns) => [...standIns, absent]);
      return;
    }
    const flightTime = court.match.flight ? pathOf(court.match.flight).touch * TICK_MS : 0;
    if (
      court.match.phase === "rally" &&
      now - court.movedAt > flightTime + STUCK_LIMIT &&
      !this.#decidesNow(entry, court)
    )
      this.#void(entry.id, court, now);
  }

  #decidesNow(entry: CourtEntry, { match }: LiveCourt): boolean {
    const turn = turnOf(match);
    const holder = turn === undefined ? undefined : entry.seats[turn];
    const player = this.#table.room.players.peek().find(({ id }) => id === holder);
    // Away is no reason: the rally goes on when its player returns.
    return player === undefined || player.isMe || player.status !== "here";
  }

  #isAbsent(entry: CourtEntry, court: LiveCourt, seat: number, now: number): boolean {
    const holder = entry.seats[seat];
    if (holder === undefined || levelOf(holder) !== undefined) return false;
    const player = this.#table.room.players.peek().find(({ id }) => id === holder);
    if (player?.isMe) return false;
    if (!player || player.status === "gone" || player.seat === undefined) return true;
    const awaySince = this.#awaySince.get(holder);
    if (awaySince !== undefined && now - awaySince > AWAY_LIMIT) return true;
    if (turnOf(court.match) !== seat) return false;
    const key = `${entry.id} ${seat}`;
    const owedSince = this.#owedSince.get(key) ?? now;
    this.#owedSince.set(key, owedSince);
    return now - owedSince > SILENCE_LIMIT;
  }

  #standIns(id: string, change: (standIns: CourtEntry["standIns"]) => CourtEntry["standIns"]): void {
    this.#change((round) => ({
      ...round,
      courts: round.courts.map((entry) => (entry.id === id ? { ...entry, standIns: change(entry.standIns) } : entry)),
    }));
  }

  /** A player for whom the computer plays is back. */
  #seen(id: string, player: Player): void {
    const entry = this.#table.round.peek()?.courts.find((court) => court.id === id);
    const seat = this.#table.seatOf(entry, player.id);
    if (!entry || seat === undefined || player.seat === undefined || !entry.standIns.includes(seat)) return;
    this.#standIns(id, (standIns) => standIns.filter((one) => one !== seat));
  }

  #moved(id: string, move: Move, seat: Seat | undefined): void {
    if (seat !== undefined) this.#owedSince.delete(`${id} ${seat}`);
    const { room, courts } = this.#table;
    if (!room.hub.isHost || (move.kind !== "miss" && move.kind !== "let")) return;
    const scores = [...courts].map(([court, { match }]) => [court, withoutFlight(match)] as const);
    room.publish({ scores: Object.fromEntries(scores) });
    if (courts.get(id)?.match.phase === "over") this.#endedAt.set(id, this.#table.now());
  }

  #protested(id: string): void {
    const court = this.#table.courts.get(id);
    const count = this.#protests.get(id) ?? 0;
    if (court?.match.phase !== "rally" || !this.#table.room.hub.isHost || count >= MOST_PROTESTS) return;
    this.#protests.set(id, count + 1);
    this.#void(id, court, this.#table.now());
  }

  #void(id: string, court: LiveCourt, now: number): void {
    this.#table.sendMove(id, court.voidRally(now), undefined);
  }

  #end(entry: CourtEntry, match: Match, round: Round): void {
    const { room } = this.#table;
    const winner = winnerOf(match);
    const holder = entry.seats.find((_, seat) => seatsIn(match).some((one) => one === seat && sideOf(one) === winner));
    this.#endedAt.delete(entry.id);
    this.#protests.delete(entry.id);
    if (round.format !== "tournament" || holder === undefined) {
      room.finish();
      return;
    }
    const next: Round = { ...round, results: [...round.results, [entry.id, holder]] };
    const isOver = championOf(bracketOf(next)) !== undefined;
    room.publish({ round: { ...next, courts: isOver ? next.courts : this.#courts(next) } });
    if (isOver) room.finish();
  }

  /** Somebody has arrived while the only player plays against the computer: they play each other after this rally. */
  #welcome(round: Round): void {
    const { room } = this.#table;
    const people = room.players.peek().filter(({ seat, status }) => seat !== undefined && status === "here");
    const isSolo = round.entrants.length === 1;
    if (!isSolo || people.length < 2) {
      this.#hasChallenger = false;
      return;
    }
    if (this.#hasChallenger && this.#table.courts.get("0-0")?.match.phase === "rally") return;
    // Seen once before, so that its arrival can be shown.
    if (!this.#hasChallenger) {
      this.#hasChallenger = true;
      return;
    }
    room.toLobby();
    room.start();
  }
}
