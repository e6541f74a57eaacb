import type { Phase } from "./phase.ts";
import { leaveSeat, type SeatRequest, type Seats, seatOf, takeSeat } from "./seats.ts";

/** How long the seat of somebody who left without a word is kept between rounds, ms. */
export const HOLD = 60_000;

export interface SeatKeeperOptions {
  readonly lateSeats: boolean;
  seats(): Seats;
  phase(): Phase;
  /** Session ids of the members. */
  present(): ReadonlySet<number>;
  publish(seats: Seats): void;
  /** Milliseconds. */
  now(): number;
}

/** Gives out the seats, as the host. */
export class SeatKeeper {
  readonly #options: SeatKeeperOptions;
  /** Since when the owner of a seat is not in the room, by player id. */
  readonly #goneSince = new Map<string, number>();

  constructor(options: SeatKeeperOptions) {
    this.#options = options;
  }

  /** Handles the request of a player who has proven to be that player. Returns why it is rejected. */
  claim(request: SeatRequest): string | undefined {
    const { seats, publish, phase, lateSeats } = this.#options;
    const isOwn = seatOf(seats(), request.id) >= 0;
    const canMove = phase().name !== "playing" || (lateSeats && !isOwn);
    // During a round, players return to the seats they had.
    if (!isOwn && !canMove) return "seats are given out between rounds";
    const next = takeSeat(seats(), canMove ? request : { ...request, seat: undefined });
    this.#goneSince.delete(request.id);
    if (next !== seats()) publish(next);
    return undefined;
  }

  leave(id: string): void {
    const { seats, publish } = this.#options;
    const next = leaveSeat(seats(), id);
    if (next !== seats()) publish(next);
  }

  /** Frees seats whose owners have been gone for long, unless a round is played. To be called when members change, and now and then. */
  sweep(): void {
    const { seats, phase, present, publish, now } = this.#options;
    const sids = present();
    let next = seats();
    for (const seat of seats()) {
      if (!seat || sids.has(seat.sid)) {
        if (seat) this.#goneSince.delete(seat.id);
        continue;
      }
      const since = this.#goneSince.get(seat.id) ?? now();
      this.#goneSince.set(seat.id, since);
      if (phase().name !== "playing" && now() - since >= HOLD) next = leaveSeat(next, seat.id);
    }
    if (next !== seats()) publish(next);
  }
}
