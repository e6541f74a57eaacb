import type { Clock } from "../clock.ts";

/** Short drops are not announced: otherwise each change of networks would cost a large hub two events per member. */
const ANNOUNCED_AFTER_MILLISECONDS = 2_000;

/** A session whose connection may drop and come back. */
export interface AwaySession {
  /** Its window has passed, or it can never be resumed: it ends now. */
  end(): void;
}

/** What happens to sessions that are away, for everything that tells others or catches up on it. Each method is optional. */
export interface AwayListener<Session> {
  /** The connection has dropped. The session stays a member of everything. */
  wentAway?(session: Session): void;
  /** It has been away for 2 s (PROTOCOL.md R76). */
  announced?(session: Session): void;
  /** A new connection took over; the frames that the client missed are still to be written. */
  cameBack?(session: Session): void;
  /** The client has been sent every frame it missed, and is live. `wasAnnounced` when others had been notified of its absence. */
  caughtUp?(session: Session, wasAnnounced: boolean): void;
  /** It is about to end. Its frames are still there. */
  ending?(session: Session): void;
  /** It ended while it was away, or before it was caught up. */
  ended?(session: Session, wasAnnounced: boolean): void;
}

interface Absence {
  readonly since: number;
  readonly until: number;
  isAnnounced: boolean;
  isBack: boolean;
}

/** The sessions whose connection has dropped, until they have caught up or their window has passed (PROTOCOL.md R75, R76). */
export class AwaySessions<Session extends AwaySession> {
  private readonly absences = new Map<Session, Absence>();
  private readonly listeners: AwayListener<Session>[] = [];
  private awayCount = 0;

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** Sessions without a connection. */
  get count(): number {
    return this.awayCount;
  }

  /** Listeners are called in the order in which they were added, in a turn in which nothing is being published. */
  addListener(listener: AwayListener<Session>): void {
    this.listeners.push(listener);
  }

  /** Whether others have been told that the session is away (PROTOCOL.md R76). */
  isAnnounced(session: Session): boolean {
    return this.absences.get(session)?.isAnnounced === true;
  }

  /** Milliseconds until the session ends; undefined when it is not away. */
  remaining(session: Session): number | undefined {
    const absence = this.absences.get(session);
    return absence && !absence.isBack ? Math.max(0, absence.until - this.clock.now()) : undefined;
  }

  /** How long the session has been away, in milliseconds; 0 when it is not. */
  elapsed(session: Session): number {
    const absence = this.absences.get(session);
    return absence ? this.clock.now() - absence.since : 0;
  }

  /** A session that a restart has interrupted: it has been away for `elapsed` and may be for `remaining` milliseconds. */
  restore(session: Session, elapsed: number, remaining: number, isAnnounced: boolean): void {
    this.absences.set(session, { since: this.clock.now() - elapsed, until: 0, isAnnounced, isBack: true });
    this.wentAway(session, remaining);
  }

  /** A session that dropped again before it was caught up keeps its announcement. */
  wentAway(session: Session, milliseconds: number): void {
    const now = this.clock.now();
    const before = this.absences.get(session);
    // Removed first, so that the latest to drop comes last.
    this.absences.delete(session);
    this.absences.set(session, {
      since: before?.since ?? now,
      until: now + milliseconds,
      isAnnounced: before?.isAnnounced === true,
      isBack: false,
    });
    this.awayCount++;
    for (const listener of this.listeners) listener.wentAway?.(session);
  }

  cameBack(session: Session): void {
    const absence = this.absences.get(session);
    if (absence) {
      absence.isBack = true;
      this.awayCount--;
    } else this.absences.set(session, { since: this.clock.now(), until: 0, isAnnounced: false, isBack: true });
    for (const listener of this.listeners) listener.cameBack?.(session);
  }

  caughtUp(session: Session): void {
    const wasAnnounced = this.isAnnounced(session);
    this.absences.delete(session);
    for (const listener of this.listeners) listener.caughtUp?.(session, wasAnnounced);
  }

  /** Must be called before any resumable session ends. */
  ending(session: Session): void {
    for (const listener of this.listeners) listener.ending?.(session);
  }

  /** The session has moved to another node, where it is still away. */
  moved(session: Session): void {
    const absence = this.absences.get(session);
    if (this.absences.delete(session) && absence?.isBack === false) this.awayCount--;
  }

  ended(session: Session): void {
    const absence = this.absences.get(session);
    if (!absence) return;
    this.absences.delete(session);
    if (!absence.isBack) this.awayCount--;
    for (const listener of this.listeners) listener.ended?.(session, absence.isAnnounced);
  }

  /** Announces and ends those that are due, one session a step; due once a second. */
  *tick(): Generator<void> {
    const now = this.clock.now();
    for (const [session, absence] of this.absences) {
      yield;
      if (absence.isBack || this.absences.get(session) !== absence) continue;
      if (now >= absence.until) session.end();
      else if (!absence.isAnnounced && now - absence.since >= ANNOUNCED_AFTER_MILLISECONDS) {
        absence.isAnnounced = true;
        for (const listener of this.listeners) listener.announced?.(session);
      }
    }
  }
}
