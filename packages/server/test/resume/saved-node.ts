import type { SavedFrame, SavedNode, SavedSession } from "../../src/resume/saved-node.ts";

/** A session to save, with what the test sets. */
export const savedSession = (id: number, own: Partial<SavedSession> = {}): SavedSession => ({
  id,
  instance: "root",
  address: "192.0.2.1",
  tokenHash: `hash of ${id}`,
  generation: 1,
  reload: false,
  remaining: 120_000,
  elapsed: 0,
  isAnnounced: false,
  received: 4,
  log: { firstHeld: 1, acknowledged: 0, written: 0, frames: [], inTurn: [] },
  queue: [],
  retired: false,
  memberships: [],
  watches: [],
  ...own,
});

export const sessionWithFrames = (id: number, frames: readonly SavedFrame[]): SavedSession =>
  savedSession(id, { log: { firstHeld: 1, acknowledged: 0, written: frames.length, frames, inTurn: [] } });

export const savedNode = (sessions: readonly SavedSession[], own: Partial<SavedNode> = {}): SavedNode => ({
  savedAt: 1_000_000,
  lastSessionId: 99,
  auth: "open",
  sessions,
  calls: [],
  claims: [],
  rotations: [],
  rooms: { marks: { version: 0, term: 0 }, rooms: [] },
  ...own,
});
