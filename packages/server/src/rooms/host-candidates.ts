/** A follower of a room, as the choice of a host sees it. */
interface Candidate {
  wants: boolean;
  isAway: boolean;
}

/**
 * The followers of a room in the order in which they began to follow, for the choice of its host (PROTOCOL.md R111). Being away
 * does not cost a follower its place.
 */
export class HostCandidates {
  private readonly candidates = new Map<number, Candidate>();

  add(session: number, candidate: Candidate): void {
    this.candidates.set(session, candidate);
  }

  delete(session: number): void {
    this.candidates.delete(session);
  }

  setWants(session: number, wants: boolean): void {
    const candidate = this.candidates.get(session);
    if (candidate) candidate.wants = wants;
  }

  setAway(session: number, isAway: boolean): void {
    const candidate = this.candidates.get(session);
    if (candidate) candidate.isAway = isAway;
  }

  has(session: number): boolean {
    const candidate = this.candidates.get(session);
    return candidate?.wants === true && !candidate.isAway;
  }

  /** Whether a session follows the room. */
  includes(session: number): boolean {
    return this.candidates.has(session);
  }

  /** The next host after that one. */
  next(host: number | undefined): number | undefined {
    for (const session of this.candidates.keys()) if (session !== host && this.has(session)) return session;
    return undefined;
  }

  /** Every follower, also those that are no candidates now. */
  save(): readonly { readonly session: number; readonly wants: boolean; readonly isAway: boolean }[] {
    return Array.from(this.candidates, ([session, { wants, isAway }]) => ({ session, wants, isAway }));
  }
}
