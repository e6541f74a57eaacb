import type { FaultCode } from "../faults.ts";
import type { Frame } from "../frames.ts";

/** Plain values a member says about itself (PROTOCOL.md R22). */
export type Attributes = { readonly [key: string]: string | number | boolean | null };

/** `$call`: what the caller says of a call (PROTOCOL.md R30, R34, R50..R53). */
export interface CallPart {
  readonly id: number;
  readonly kind: "open" | "stream" | "data" | "end" | "cancel";
}

/** `$answer`: what a callee says of a call (PROTOCOL.md R31, R51). */
export interface AnswerPart {
  readonly id: number;
  readonly kind: "more" | "end" | "fault" | "credit";
  /** Bytes granted; 0 for the other kinds. */
  readonly credit: number;
}

/** What only achex.2 can ask for. */
export type Achex2Request =
  | { readonly verb: "members"; readonly kind: "hub" | "broadcast"; readonly name: string; readonly after: number }
  | { readonly verb: "watch" | "unwatch"; readonly names: readonly string[] }
  | { readonly verb: "time" }
  | { readonly verb: "refused"; readonly code: FaultCode };

/** One frame of achex.2: what it asks for, and the `$` keys that say how. */
export interface Achex2Frame {
  readonly ref: number | undefined;
  readonly presence: boolean | undefined;
  readonly attributes: Attributes | undefined;
  readonly call: CallPart | undefined;
  readonly answer: AnswerPart | undefined;
  readonly request: Frame | Achex2Request;
  /** Units at the start of the request's text that stand for its `{`: the `$ref` among them is not part of it; 0 is none. */
  readonly cut: number;
}
