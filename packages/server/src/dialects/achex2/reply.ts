import type { DropReason, FaultCode } from "@achex/protocol";

/** What came of a frame: a result, or the code of the fault that stands in its way. */
export type Reply = { readonly result: string } | { readonly fault: FaultCode };

export const emptyReply: Reply = { result: "{}" };
export const fault = (code: FaultCode): Reply => ({ fault: code });
export const result = (value: object): Reply => ({ result: JSON.stringify(value) });

/** The fault for what the old dialects drop; the last two of them are none in achex.2. */
export function faultReplyFor(reason: DropReason): Reply {
  if (reason === "no-recipient") return fault("no-such-name");
  return fault(reason === "binary" ? "bad-binary" : reason);
}
