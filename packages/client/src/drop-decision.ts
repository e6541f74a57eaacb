import { type Duty, dutyOf } from "@achex/protocol";

/** How much later than the client the server may notice a drop, ms: until then it may hold the session. */
const NOTICED = 60_000;

export interface DropDecision {
  /** The server may still hold the session, so it is resumed. */
  readonly resumes: boolean;
  readonly duty: Duty;
}

/** What follows when a transport has ended with this close code; `sinceDrop` is how long the session has been without one, ms. */
export function decideAfterDrop(code: number, wasReady: boolean, sinceDrop: number, window: number): DropDecision {
  const duty = dutyOf(code);
  // Before the greeting, close codes come from the runtime or a proxy and say nothing about this client.
  if (!wasReady) return { resumes: sinceDrop <= window + NOTICED, duty: code >= 4_500 ? "stop" : "retry" };
  // The server ends a session that it closes for a reason of its own (PROTOCOL.md R75).
  return { resumes: duty === "resume" || (code < 4_000 && duty !== "stop"), duty };
}
