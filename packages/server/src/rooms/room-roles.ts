import type { RoomJoin } from "@achex/protocol";
import type { RoomState } from "../state.ts";
import { HostCandidates } from "./host-candidates.ts";
import { Seats } from "./seats.ts";

/**
 * Who is host of a room, who could be, and who has which seat (PROTOCOL.md R111, R113, R122). It knows no clock and no connection: the
 * same calls in the same order lead to the same host on every node.
 */
export class RoomRoles {
  readonly seats = new Seats();
  readonly candidates = new HostCandidates();
  /** The host has been away for longer than it may be, and the next candidate replaces it. */
  isHostOverdue = false;

  /** `hostSet` is called before anybody learns of the new host. */
  constructor(
    private readonly state: RoomState,
    private readonly hostSet: () => void,
  ) {}

  /** Begins or goes on to follow. Returns false for a session that does not follow and does not ask for it. */
  follow(session: number, { state, host }: Pick<RoomJoin, "state" | "host">, isAway: boolean): boolean {
    const isNew = !this.candidates.includes(session);
    if (isNew && state !== true) return false;
    if (isNew) this.candidates.add(session, { wants: host !== false, isAway });
    else if (host !== undefined) this.candidates.setWants(session, host);
    if (host === false && this.state.host === session) this.setHost(this.candidates.next(session));
    this.fillVacancy();
    return true;
  }

  unfollow(session: number): void {
    this.candidates.delete(session);
    if (this.state.host === session) this.setHost(this.candidates.next(session));
  }

  /** Sessions have left the room: their keys are deleted, and the host is chosen among those that remain. */
  leave(...sessions: readonly number[]): void {
    for (const session of sessions) this.candidates.delete(session);
    const { host } = this.state;
    if (host !== undefined && sessions.includes(host)) this.setHost(this.candidates.next(host));
    for (const session of sessions) {
      this.seats.free(session);
      this.state.release(session);
    }
  }

  /** Makes another session host, or the next candidate. False if that session is not a candidate. */
  handOver(to: number | undefined): boolean {
    if (to !== undefined && !this.candidates.has(to)) return false;
    const next = to ?? this.candidates.next(this.state.host);
    if (next !== undefined && next !== this.state.host) this.setHost(next);
    return true;
  }

  wentAway(session: number): void {
    this.candidates.setAway(session, true);
    if (this.state.host === session) this.replaceOverdueHost();
  }

  cameBack(session: number): void {
    this.candidates.setAway(session, false);
    if (this.state.host === session) this.isHostOverdue = false;
    this.fillVacancy();
  }

  /** Without a candidate the host stays; the next one to arrive replaces it. */
  replaceOverdueHost(): void {
    if (!this.isHostOverdue) return;
    const next = this.candidates.next(this.state.host);
    if (next !== undefined) this.setHost(next);
  }

  private fillVacancy(): void {
    this.replaceOverdueHost();
    if (this.state.host !== undefined) return;
    const next = this.candidates.next(undefined);
    if (next !== undefined) this.setHost(next);
  }

  private setHost(session: number | undefined): void {
    this.isHostOverdue = false;
    this.hostSet();
    this.state.setHost(session);
  }
}
