import * as v from "valibot";
import { COLORS, freeColor } from "./colors.ts";
import { isId } from "./identity.ts";
import { NAME_LENGTH } from "./names.ts";

/** Who has a seat. It stays theirs while they are disconnected, under the name and colour they had. */
export const seatSchema = v.object({
  id: v.custom<string>(isId, "not an id"),
  /** The session that has proven to be this player, and whose messages count as theirs. */
  sid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  name: v.pipe(v.string(), v.maxLength(NAME_LENGTH * 4)),
  color: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(COLORS.length - 1)),
});
export type Seat = v.InferOutput<typeof seatSchema>;

/** Index: number of the seat, from 0. */
export const seatsSchema = v.pipe(v.array(v.nullable(seatSchema)), v.maxLength(64));
export type Seats = readonly (Seat | null)[];

export interface SeatRequest extends Seat {
  /** A certain seat, if it is free; otherwise the first free one. */
  readonly seat?: number | undefined;
}

export const emptySeats = (count: number): Seats => Array.from({ length: count }, () => null);

export const seatOf = (seats: Seats, id: string): number => seats.findIndex((seat) => seat?.id === id);

const replaced = (seats: Seats, at: number, seat: Seat | null): Seats =>
  seats.map((old, index) => (index === at ? seat : old));

/** Gives a seat: the own one to a player who returns, otherwise a free one. The same list if none is free or nothing changes. */
export function takeSeat(seats: Seats, { seat: wanted, ...player }: SeatRequest): Seats {
  const own = seatOf(seats, player.id);
  const free = wanted !== undefined && seats[wanted] === null ? wanted : seats.indexOf(null);
  const at = own >= 0 && (wanted === undefined || seats[wanted] !== null) ? own : free;
  if (at < 0) return seats;
  const others = seats.map((seat) => (seat?.id === player.id ? null : seat));
  const color = freeColor(
    player.color,
    others.flatMap((seat) => seat?.color ?? []),
  );
  const next = replaced(others, at, { ...player, color });
  return JSON.stringify(next) === JSON.stringify(seats) ? seats : next;
}

/** Frees the seat of a player. The same list if that player has none. */
export function leaveSeat(seats: Seats, id: string): Seats {
  const at = seatOf(seats, id);
  return at < 0 ? seats : replaced(seats, at, null);
}
