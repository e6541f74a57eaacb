import type { Phase } from "./phase.ts";
import { type Seats, seatOf } from "./seats.ts";

export interface ClaimFacts {
  readonly id: string;
  readonly mySid: number | undefined;
  readonly term: number;
  readonly hasHost: boolean;
  readonly isSpectator: boolean;
  readonly lateSeats: boolean;
  readonly seats: Seats;
  readonly phase: Phase;
  /** Session ids of the members. */
  readonly present: ReadonlySet<number>;
}

/** Decides when a player asks the host for a seat: for a free one, or for the own one after coming back with a new session. */
export class SeatClaim {
  /** Sessions with which this player has asked. */
  readonly #sids = new Set<number>();
  #last = "";

  /** Whether to ask now. Asks once for the same facts. */
  isDue(facts: ClaimFacts): boolean {
    const { id, mySid, term, hasHost, isSpectator, lateSeats, seats, phase, present } = facts;
    if (!hasHost || mySid === undefined || seats.length === 0) return false;
    const own = seats[seatOf(seats, id)];
    if (own?.sid === mySid) {
      this.#sids.add(mySid);
      return false;
    }
    const isFree = !own && !isSpectator && seats.includes(null) && (phase.name !== "playing" || lateSeats);
    // If another tab has the seat, only a new session takes it over; otherwise two tabs would take it from each other forever.
    const isMine = own !== undefined && own !== null && (!this.#sids.has(mySid) || !present.has(own.sid));
    const asked = `${term} ${mySid} ${phase.name} ${JSON.stringify(seats)}`;
    if (!(isFree || isMine) || asked === this.#last) return false;
    this.#last = asked;
    this.#sids.add(mySid);
    return true;
  }
}
