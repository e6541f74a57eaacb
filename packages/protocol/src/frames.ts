import type { DropReason } from "./drops.ts";

/** Where a message goes (PROTOCOL.md M1): everyone under a name, one session, a broadcast or a hub. */
export type Address =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "session"; readonly id: number }
  | { readonly kind: "broadcast"; readonly name: string }
  | { readonly kind: "hub"; readonly name: string };

export type AddressKind = Address["kind"];

/** A message. `text` is the sender's JSON without any forged stamp, ready for the server's stamp. */
export interface SendFrame {
  readonly verb: "send";
  readonly targets: readonly Address[];
  readonly text: string;
  /** Holds a `$call`, `$answer` or `$latest` of its own (PROTOCOL.md R36). */
  readonly correlated: boolean;
}

export interface LoginFrame {
  readonly verb: "login";
  readonly as: "user" | "service";
  readonly name: string;
  readonly password: string;
  /** The name of one instance of a service (PROTOCOL.md K12); always undefined for users. */
  readonly tag: string | undefined;
}

export interface JoinFrame {
  readonly verb: "register" | "join";
  readonly name: string;
  /** Only rooms with a password look at it (PROTOCOL.md R121). */
  readonly password: string | undefined;
}

export interface LeaveFrame {
  readonly verb: "unregister" | "leave";
  readonly name: string;
}

export interface EchoFrame {
  readonly verb: "echo";
  readonly text: string;
}

export interface QueryFrame {
  readonly verb: "latency" | "serverstat";
}

/** A frame that cannot be acted on; it is counted by its reason and otherwise ignored (PROTOCOL.md B1). */
export interface DroppedFrame {
  readonly verb: "drop";
  readonly reason: DropReason;
}

/** A join that cannot be granted; legacy dialects have a reply for it (PROTOCOL.md C7a). */
export interface BadJoinFrame {
  readonly verb: "badJoin";
  readonly reason: DropReason;
}

/** A login whose name is not a valid name is refused with a reason (PROTOCOL.md A5). */
export interface BadLoginFrame {
  readonly verb: "badLogin";
}

export type Frame =
  | SendFrame
  | LoginFrame
  | JoinFrame
  | LeaveFrame
  | EchoFrame
  | QueryFrame
  | DroppedFrame
  | BadJoinFrame
  | BadLoginFrame;
