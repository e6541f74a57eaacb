import type { DropReason } from "./drops.ts";

/** Where a message goes (PROTOCOL.md M1): everyone under a name, one session, a broadcast or a hub. */
export type Address =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "session"; readonly id: number }
  | { readonly kind: "broadcast"; readonly name: string }
  | { readonly kind: "hub"; readonly name: string };

export type AddressKind = Address["kind"];

/** `text` is the sender's own JSON without any stamp of its own making, ready for ours. */
export interface SendFrame {
  readonly verb: "send";
  readonly targets: readonly Address[];
  readonly text: string;
  /** Holds a `$call` or `$answer` of its own (PROTOCOL.md R36). */
  readonly correlated: boolean;
}

/** A user logs in by `setID` or `auth`, a service by `serviceID` or `serverSetID`, maybe under a tag of its own. */
export interface LoginFrame {
  readonly verb: "login";
  readonly as: "user" | "service";
  readonly name: string;
  readonly password: string;
  readonly tag: string | undefined;
}

export interface MembershipFrame {
  readonly verb: "register" | "unregister" | "join" | "leave";
  readonly name: string;
}

export interface EchoFrame {
  readonly verb: "echo";
  readonly text: string;
}

export interface AskFrame {
  readonly verb: "latency" | "serverstat";
}

/** A frame nobody can act on; it is counted under its reason and otherwise ignored (PROTOCOL.md B1). */
export interface DroppedFrame {
  readonly verb: "drop";
  readonly reason: DropReason;
}

/** A join that cannot be granted has an answer of its own (PROTOCOL.md C7). */
export interface UnjoinableFrame {
  readonly verb: "unjoinable";
  readonly reason: DropReason;
}

/** A login whose name is no name is refused in words (PROTOCOL.md A5). */
export interface UnnameableFrame {
  readonly verb: "unnameable";
}

export type Frame =
  | SendFrame
  | LoginFrame
  | MembershipFrame
  | EchoFrame
  | AskFrame
  | DroppedFrame
  | UnjoinableFrame
  | UnnameableFrame;
