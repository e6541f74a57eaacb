import type { DropReason } from "./drops.ts";
import type { FaultCode } from "./faults.ts";

/** Query parameter by which a client asks for reports (PROTOCOL.md F1). */
export const REPORTS_PARAMETER = "reports";

/** The outcome of a frame. `result` is JSON: `{"taken":2}` for a message, otherwise an object that may be empty. */
export type FrameOutcome =
  | { readonly result: string }
  | { readonly dropped: DropReason }
  | { readonly fault: FaultCode };

/** PROTOCOL.md F2; `frame` counts the frames of the connection, from 1. */
export function reportFrame(frame: number, outcome: FrameOutcome): string {
  if ("result" in outcome) return `{"$report":{"frame":${frame},"result":${outcome.result}}}`;
  if ("dropped" in outcome) return `{"$report":{"frame":${frame},"dropped":"${outcome.dropped}"}}`;
  return `{"$report":{"frame":${frame},"fault":"${outcome.fault}"}}`;
}
