import type { FaultCode } from "../faults.ts";
import type { ParseLimits } from "../limits.ts";
import type { Achex2Frame, Achex2Request } from "./frames.ts";

/** A frame whose `$` keys are being read; without a request until one of them is one. */
export type Draft = {
  -readonly [Key in keyof Achex2Frame]: Achex2Frame[Key] | (Key extends "request" ? undefined : never);
};

/** Where a client may put a key, in the words of PROTOCOL.md. */
export const placements = {
  any: "any frame",
  membership: "`joinHub`, `register_broadcast`",
  room: "`joinHub`, `register_broadcast`, or a separate frame",
  message: "message",
  login: "a login",
  call: "message `to` or `toS`",
  answer: "message `toS` one session",
  request: "a separate frame",
  first: "the first frame, alone",
} as const;

/** A frame that can be sent as it is: the test page offers it, and the fuzz tests start from it. */
export interface Example {
  /** What it does, in a few words. */
  readonly label: string;
  /** The rule of PROTOCOL.md. */
  readonly rule: string;
  readonly text: string;
}

/** One `$` key of a client's frame. */
export interface DollarKey {
  readonly placement: keyof typeof placements;
  /** Rules of PROTOCOL.md, as its table lists them. */
  readonly rules: string;
  /** Whether the key stays in the text that is forwarded (PROTOCOL.md R4). */
  readonly forwarded?: true;
  readonly examples: readonly [Example, ...Example[]];
  /** Reads the value into the draft; returns the fault when it cannot. `frame` is the text of the whole frame. */
  read(draft: Draft, value: unknown, limits: ParseLimits, frame: string): FaultCode | undefined;
}

/** A frame has one request; a second one is out of place. */
export function setRequest(draft: Draft, request: Achex2Request | undefined): FaultCode | undefined {
  if (!request || draft.request) return "bad-value";
  draft.request = request;
  return undefined;
}
