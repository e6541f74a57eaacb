import type { Peer } from "../cluster/peer.ts";
import type { RefusedResume, ResumeAttempt } from "../resume/resumes.ts";
import type { Payload } from "../socket.ts";

/** What became of a session that a client wants to resume: it is here, it cannot be resumed, or nobody can say now. */
export type Fetched = "here" | "unreachable" | RefusedResume;

/** Sessions that move between the nodes of a cluster, for the rest of the node. */
export interface HandoverPort {
  /** Brings the session of a token here, if another node has it. `done` may be called within the call. */
  fetch(attempt: ResumeAttempt, instance: string, done: (fetched: Fetched) => void): void;
  /** Runs `act` once the session has arrived; false if it is not on its way to this node. */
  defer(id: number, act: () => void): boolean;
  /** Runs `act` as well when the sessions that are on their way to this node have arrived. */
  deferForAll(act: () => void): void;
  /** Moves all sessions that can be resumed to the other nodes, for a stop. Resolves when no other node takes one. */
  moveAll(): Promise<void>;
  /** False if the question is not about moves. */
  asked(peer: Peer, head: readonly unknown[], answer: (answer: readonly unknown[]) => void): boolean;
  told(peer: Peer, head: readonly unknown[], body: Payload | undefined): void;
  /** The stream to a node begins: it must know what this one takes, and which sessions are on their way. */
  begin(peer: Peer): void;
  /** Frames between a node and this one were lost. */
  broken(peer: Peer): void;
  /** A node is gone. */
  lost(peer: Peer): void;
}
