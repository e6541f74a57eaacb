import * as v from "valibot";
import type { GameDefinition } from "./definition.ts";
import type { Directory } from "./directory.ts";
import { idOf } from "./identity.ts";
import { COUNTDOWN, nextPhase, type Phase } from "./phase.ts";
import type { Player } from "./players.ts";
import type { OwnValues, RoomView } from "./room-view.ts";
import { SeatKeeper } from "./seat-keeper.ts";
import { leaveSeat } from "./seats.ts";

/** How often the host looks for seats whose owners have been gone for long, ms. */
const SWEEP = 5_000;

/** What the host needs of its room. */
export interface HostedRoom {
  readonly code: string;
  readonly game: GameDefinition;
  readonly view: RoomView;
  readonly directory: Directory;
  isHost(): boolean;
  publish(values: OwnValues): void;
  now(): number;
}

/** A request for a seat. The key proves the id. */
export const claimSchema = v.object({
  key: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "not a key")),
  seat: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63))),
});
export type Claim = v.InferOutput<typeof claimSchema>;

/** What the host of a room does besides the game: seats, countdown, and the entry in the list of open rooms. */
export class HostDuties {
  readonly #room: HostedRoom;
  readonly #directory: Directory;
  readonly #keeper: SeatKeeper;
  readonly #sweep: ReturnType<typeof setInterval>;
  #countdown: ReturnType<typeof setTimeout> | undefined;

  constructor(room: HostedRoom) {
    const { seats, phase, players } = room.view;
    this.#room = room;
    this.#directory = room.directory;
    this.#keeper = new SeatKeeper({
      lateSeats: room.game.lateSeats === true,
      seats: () => seats.peek(),
      phase: () => phase.peek(),
      present: () => new Set(players.peek().flatMap(({ sid }) => sid ?? [])),
      publish: (seats) => room.publish({ seats }),
      now: () => room.now(),
    });
    this.#sweep = setInterval(() => room.isHost() && this.#keeper.sweep(), SWEEP);
  }

  /** Returns why a claim is rejected. */
  claim({ key, seat }: Claim, from: Player): string | undefined {
    if (!this.#room.isHost()) return "only the host gives out seats";
    if (from.sid === undefined || idOf(key) !== from.attributes.id) return "this is not the key of that player";
    return this.#keeper.claim({ id: idOf(key), sid: from.sid, name: from.name, color: from.color, seat });
  }

  /** Returns why giving up a seat is rejected. */
  leave(from: Player): string | undefined {
    if (!this.#room.isHost()) return "only the host gives out seats";
    if (from.seat === undefined) return undefined;
    this.#keeper.leave(from.id);
    return undefined;
  }

  /** To be called when anything has changed. */
  update(): void {
    clearTimeout(this.#countdown);
    const room = this.#room;
    if (!room.isHost()) {
      this.#directory.leave();
      return;
    }
    this.#keeper.sweep();
    const seated = room.view.players.peek().filter(({ seat, status }) => seat !== undefined && status === "here");
    const { minPlayers, solo } = room.game;
    const facts = {
      here: seated.length,
      ready: seated.filter(({ isReady }) => isReady).length,
      minPlayers,
      fewest: solo ? 1 : minPlayers,
    };
    const phase = nextPhase(room.view.phase.peek(), facts, room.now());
    if (phase) room.publish({ phase });
    const { name, at } = room.view.phase.peek();
    if (name === "countdown") this.#countdown = setTimeout(() => this.update(), Math.max(0, at - room.now()) + 1);
    this.#advertise();
  }

  /** Begins a round after a countdown, or at once, although not everybody is ready. Returns whether that is possible. */
  start(atOnce: boolean): boolean {
    const { game } = this.#room;
    const seated = this.#room.view.players
      .peek()
      .filter(({ seat, status }) => seat !== undefined && status === "here").length;
    const { name, round } = this.#room.view.phase.peek();
    if (name === "playing" || seated < (game.solo ? 1 : game.minPlayers)) return false;
    const now = this.#room.now();
    const phase: Phase = atOnce
      ? { name: "playing", round: round + 1, at: now }
      : { name: "countdown", round, at: now + COUNTDOWN };
    this.#room.publish({ phase });
    return true;
  }

  /** Ends the round. Seats of players who have left are free again for the next one. */
  end(name: "over" | "lobby"): void {
    const { round } = this.#room.view.phase.peek();
    let seats = this.#room.view.seats.peek();
    for (const { id, status, seat } of this.#room.view.players.peek())
      if (seat !== undefined && status === "gone") seats = leaveSeat(seats, id);
    this.#room.publish({ phase: { name, round, at: this.#room.now() }, seats });
  }

  close(): void {
    clearInterval(this.#sweep);
    clearTimeout(this.#countdown);
    this.#directory.leave();
  }

  #advertise(): void {
    const { code, game } = this.#room;
    const players = this.#room.view.seats.peek().filter((seat) => seat !== null).length;
    const { name: phase } = this.#room.view.phase.peek();
    const isUseful =
      this.#room.view.isOpen.peek() && players < game.seats && (phase !== "playing" || game.lateSeats === true);
    if (isUseful) this.#directory.advertise({ code, players, seats: game.seats, phase });
    else this.#directory.leave();
  }
}
