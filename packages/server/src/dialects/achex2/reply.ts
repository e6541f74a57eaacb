import { type Address, type DropReason, type FaultCode, faults, isJsonObject } from "@achex/protocol";

/** The reply to a frame: its result as JSON, or the code of a fault. */
export type Reply =
  | { readonly result: string }
  | {
      readonly fault: FaultCode;
      /** More members of the fault as JSON, each after a comma. */
      readonly details?: string;
    };

export const emptyReply: Reply = { result: "{}" };
export const fault = (code: FaultCode): Reply => ({ fault: code });
export const result = (value: object): Reply => ({ result: JSON.stringify(value) });

/** The fault for a reason for which the legacy dialects drop a frame. */
export function faultReplyFor(reason: DropReason): Reply {
  if (reason === "no-recipient") return fault("no-such-name");
  return fault(reason === "binary" ? "bad-binary" : reason);
}

const isFaultCode = (code: unknown): code is FaultCode => typeof code === "string" && Object.hasOwn(faults, code);

/** Reads a reply that another node gave. A fault that only a later version knows is `no-quorum` here. */
export function readReply(sent: unknown): Reply {
  if (!isJsonObject(sent)) return fault("no-quorum");
  const { result, fault: code, details } = sent;
  if (typeof result === "string") return { result };
  return {
    fault: isFaultCode(code) ? code : "no-quorum",
    ...(typeof details === "string" && { details }),
  };
}

/** What the result of a message says besides how many sessions took it (PROTOCOL.md R11). */
interface DeliveryDetails {
  /** Sessions among them that are away. */
  readonly held?: number;
  /** Sessions of a legacy dialect, which has no such message. */
  readonly dialect?: number;
  /** Sessions whose connection is about to end. */
  readonly backlog?: number;
  /** Targets that lead to nobody. */
  readonly missing?: readonly (string | number)[];
  /** Nodes that did not say how many of theirs took it. */
  readonly node?: number;
}

const NO_DETAILS: DeliveryDetails = { missing: [] };
const TAKEN_BY_ONE: Reply = { result: '{"taken":1}' };

/** The result of a message that `taken` sessions accepted (PROTOCOL.md R11). */
export function sendResult(
  taken: number,
  { held = 0, dialect = 0, backlog = 0, missing = [], node = 0 }: DeliveryDetails = NO_DETAILS,
): Reply {
  if (held + dialect + backlog + node + missing.length === 0)
    return taken === 1 ? TAKEN_BY_ONE : { result: `{"taken":${taken}}` };
  const missed = { ...(dialect > 0 && { dialect }), ...(backlog > 0 && { backlog }), ...(node > 0 && { node }) };
  const rest = {
    ...(held > 0 && { held }),
    ...(dialect + backlog + node > 0 && { missed }),
    ...(missing.length > 0 && { missing }),
  };
  return result({ taken, ...rest });
}

/** The reply to a message that was addressed to nobody. Sending to an empty hub or broadcast is not a fault. */
export function noReceiver([target]: readonly Address[]): Reply {
  if (target?.kind === "session") return fault("no-such-session");
  return target?.kind === "name" ? fault("no-such-name") : sendResult(0);
}
