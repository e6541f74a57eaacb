import type { Dialect } from "@achex/protocol";
import { type Attributes, keyOf, type Room } from "../achex2/state.ts";
import type { SimFrame } from "./frames.ts";

export interface ModelMembership {
  readonly room: Room;
  attributes: Attributes;
}

/** One session as the rules of PROTOCOL.md see it, without sockets or logs. */
export class ModelSession {
  name: string | undefined;
  service: string | undefined;
  /** The names under which it is reached; none after it has retired. */
  names: readonly string[] = [];
  readonly rooms = new Map<string, ModelMembership>();
  readonly followed = new Set<string>();
  readonly watched = new Set<string>();
  /** The login that is being checked, and the frames that wait behind it. */
  pendingLogin: { readonly frame: SimFrame; readonly frames: SimFrame[] } | undefined;
  /**
   * `present`: a connection is attached. `away`: it may resume. `closed`: frames that arrived before are still handled, but
   * nothing is sent to it. `ended`: gone.
   */
  state: "present" | "away" | "closed" | "ended" = "present";
  awaySince = 0;
  /** Grows with each drop of any session: those whose windows end together end in the order in which they dropped. */
  drop = 0;
  /** Seconds it may be away. */
  window = 0;
  /** Counting has begun: it may resume. */
  isResumable = false;
  /** It survives a close with 1001. */
  survivesReload = false;
  /** Counted frames that have arrived since then. */
  arrived = 0;
  /** The frames it should receive, in order, in the form of `comparable`. */
  readonly expected: string[] = [];
  /**
   * Messages that are sent over several turns: at which places among `expected` they may arrive. The last place is not known
   * until they have been sent to everybody.
   */
  readonly sliced = new Map<string, { readonly first: number; last: number }>();

  constructor(
    readonly id: number,
    readonly dialect: Dialect,
    readonly instance: string,
  ) {}

  get isAchex2(): boolean {
    return this.dialect === "achex.2";
  }

  /** Messages can be sent to it, now or once it has resumed. */
  get isOpen(): boolean {
    return this.state === "present" || this.state === "away";
  }

  isIn(room: Room): boolean {
    return this.rooms.has(keyOf(room));
  }

  expect(text: string): void {
    if (this.isOpen) this.expected.push(text);
  }
}
