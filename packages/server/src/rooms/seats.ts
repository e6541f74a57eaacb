/** Who has which seat of a room (PROTOCOL.md R122). Seats are numbered from 1. */
export class Seats {
  private readonly bySeat = new Map<number, number>();
  private readonly bySession = new Map<number, number>();

  /** The seat of a session. */
  of(session: number): number | undefined {
    return this.bySession.get(session);
  }

  /** Takes a seat, or with `true` the free one with the lowest number; keeps the present one when that is not free. */
  take(session: number, wanted: number | true, seats: number): void {
    if (wanted === true && this.bySession.has(session)) return;
    const seat = wanted === true ? this.lowestFree(seats) : wanted;
    if (seat === undefined || seat > seats || this.bySeat.has(seat)) return;
    this.free(session);
    this.put(seat, session);
  }

  free(session: number): void {
    const seat = this.bySession.get(session);
    if (seat === undefined) return;
    this.bySession.delete(session);
    this.bySeat.delete(seat);
  }

  put(seat: number, session: number): void {
    this.bySeat.set(seat, session);
    this.bySession.set(session, seat);
  }

  save(): readonly (readonly [seat: number, session: number])[] {
    return [...this.bySeat];
  }

  private lowestFree(seats: number): number | undefined {
    for (let seat = 1; seat <= seats; seat++) if (!this.bySeat.has(seat)) return seat;
    return undefined;
  }
}
