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

/** The hub or broadcast that a room is (PROTOCOL.md R100). */
export interface RoomAddress {
  readonly kind: "hub" | "broadcast";
  readonly name: string;
}

/** Options of a room (PROTOCOL.md R120). */
export interface RoomOptions {
  /** Members; 0 is no limit. */
  readonly capacity: number;
  readonly seats: number;
  readonly password: string | null;
  readonly closed: boolean;
  /** Seconds until a host that is away is replaced. */
  readonly grace: number;
}

/** `$set` (PROTOCOL.md R104..R107, R114). */
export interface StateWrite {
  /** Each value as it was written. */
  readonly values: ReadonlyMap<string, string>;
  readonly deletions: readonly string[];
  /** What to add to each number. */
  readonly increments: ReadonlyMap<string, number>;
  /** The version after which each key must not have changed; 0 when it must not exist. */
  readonly conditions: ReadonlyMap<string, number>;
  readonly own: boolean;
  readonly term: number | undefined;
}

/** What a join or registration asks of the room; undefined where its frame has no such key (PROTOCOL.md R101, R111, R120, R122). */
export interface RoomJoin {
  readonly state?: boolean;
  readonly host?: boolean;
  readonly options?: Partial<RoomOptions>;
  /** A number asks for that seat, `true` for any. */
  readonly seat?: number | boolean;
}

/** Keys of a message to a room (PROTOCOL.md R114, R130). */
export interface SendingKeys {
  readonly term?: number;
  readonly latest?: string;
}

/** A channel that may be kept (PROTOCOL.md R140). */
export interface KeptAddress {
  readonly kind: "hub" | "broadcast" | "name";
  readonly name: string;
}

/** The position of a message in a kept channel (PROTOCOL.md R140). */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** Which stored messages a page has: those next to a sequence number, at most so many (PROTOCOL.md R142). */
export interface HistoryPage {
  readonly kind: "after" | "before";
  readonly seq: number;
  readonly messages: number;
}

/** Which stored messages a join sends: those after a position, or the newest (PROTOCOL.md R143). */
export type Since = Position | { readonly last: number };

/** Keys of joins, logins and messages that concern what is stored (PROTOCOL.md R143, R145, R146). */
export interface KeepingKeys {
  readonly since?: Since;
  /** The device whose inbox is delivered. */
  readonly inbox?: string;
  readonly id?: string;
}

/** Requests that only achex.2 has. */
export type Achex2Request =
  | { readonly verb: "members"; readonly kind: "hub" | "broadcast"; readonly name: string; readonly after: number }
  | { readonly verb: "watch" | "unwatch"; readonly names: readonly string[] }
  | { readonly verb: "time" }
  | { readonly verb: "retire" }
  | { readonly verb: "resume"; readonly resume: ResumeRequest }
  | { readonly verb: "seen"; readonly counts: SeenCounts }
  | { readonly verb: "write"; readonly room: RoomAddress; readonly write: StateWrite }
  | { readonly verb: "setOptions"; readonly room: RoomAddress; readonly options: Partial<RoomOptions> }
  | { readonly verb: "handOver"; readonly room: RoomAddress; readonly sid: number | undefined }
  | { readonly verb: "history"; readonly channel: KeptAddress; readonly page: HistoryPage }
  | { readonly verb: "confirm"; readonly name: string; readonly device: string; readonly seq: number }
  | { readonly verb: "refused"; readonly code: FaultCode };

/** One frame of achex.2: its request, and the `$` keys that go with it. */
export interface Achex2Frame {
  readonly ref: number | undefined;
  readonly presence: boolean | undefined;
  readonly attributes: Attributes | undefined;
  readonly call: CallHeader | undefined;
  readonly answer: AnswerHeader | undefined;
  readonly joining: RoomJoin | undefined;
  readonly sending: SendingKeys | undefined;
  readonly keeping: KeepingKeys | undefined;
  readonly request: Frame | Achex2Request;
  /**
   * Length of a leading `{"$ref":n,` that is still in the request's text, in UTF-16 units; 0 when there is none. Code that
   * forwards or echoes the text replaces that prefix with `{`: most frames begin so, and cutting it out while parsing would
   * copy the text once more.
   */
  readonly refPrefixLength: number;
}
