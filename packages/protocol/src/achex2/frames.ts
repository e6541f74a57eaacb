import type { FaultCode } from "../faults.ts";
import type { Frame } from "../frames.ts";

/** Attributes that a member of a hub or broadcast sets for itself (PROTOCOL.md R22). */
export type Attributes = { readonly [key: string]: string | number | boolean | null };

/** `$call` of a message (PROTOCOL.md R30, R34, R50, R52, R53). */
export interface CallHeader {
  readonly id: number;
  readonly kind: "open" | "stream" | "data" | "end" | "cancel";
}

/** `$answer` of a message (PROTOCOL.md R31, R51). */
export interface AnswerHeader {
  readonly id: number;
  /** `decline` is the fault `no-handler`: another callee may still answer. */
  readonly kind: "more" | "end" | "fault" | "decline" | "credit";
  /** Bytes granted; 0 for the other kinds. */
  readonly credit: number;
}

/** `$resume` (PROTOCOL.md R70, R73, R79); only the first frame of a connection can be one. */
export type ResumeRequest =
  | {
      readonly kind: "enable";
      /** The session is to survive that its page is reloaded. */
      readonly reload: boolean;
    }
  | {
      readonly kind: "resume";
      readonly token: string;
      /** Larger with each attempt. */
      readonly generation: number;
      /** Counted frames that the client has received. */
      readonly received: number;
      /** A new page takes over the session. */
      readonly reload: boolean;
    };

/** `$seen` (PROTOCOL.md R72): counted frames that its sender has received, and has sent at this point of the stream. */
export interface SeenCounts {
  readonly received: number;
  readonly sent: number;
}

/** Requests that only achex.2 has. */
export type Achex2Request =
  | { readonly verb: "members"; readonly kind: "hub" | "broadcast"; readonly name: string; readonly after: number }
  | { readonly verb: "watch" | "unwatch"; readonly names: readonly string[] }
  | { readonly verb: "time" }
  | { readonly verb: "retire" }
  | { readonly verb: "resume"; readonly resume: ResumeRequest }
  | { readonly verb: "seen"; readonly counts: SeenCounts }
  | { readonly verb: "refused"; readonly code: FaultCode };

/** One frame of achex.2: its request, and the `$` keys that go with it. */
export interface Achex2Frame {
  readonly ref: number | undefined;
  readonly presence: boolean | undefined;
  readonly attributes: Attributes | undefined;
  readonly call: CallHeader | undefined;
  readonly answer: AnswerHeader | undefined;
  readonly request: Frame | Achex2Request;
  /**
   * Length of a leading `{"$ref":n,` that is still in the request's text, in UTF-16 units; 0 when there is none. Code that
   * forwards or echoes the text replaces that prefix with `{`: most frames begin so, and cutting it out while parsing would
   * copy the text once more.
   */
  readonly refPrefixLength: number;
}
