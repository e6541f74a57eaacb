import type { Dialect } from "@achex/protocol";

export type Attributes = Readonly<Record<string, number>>;

/** A room as clients address it. */
export interface Room {
  readonly kind: "hub" | "bc";
  readonly name: string;
}

// Few of each, so that sessions interact; one word is name, hub and broadcast, so that a mix-up is detected.
export const ROOMS: readonly [Room, ...Room[]] = [
  { kind: "hub", name: "x" },
  { kind: "hub", name: "h" },
  { kind: "bc", name: "x" },
];
export const NAMES: readonly [string, ...string[]] = ["Ann", "Bob", "x", "42"];

export const keyOf = ({ kind, name }: Room): string => `${kind} ${name}`;

/** The true state of one session. */
export interface SimSession {
  readonly sid: number;
  readonly dialect: Dialect;
  readonly instance: string;
  name: string | undefined;
  /** Attributes by room. */
  readonly rooms: Map<string, Attributes>;
}

export type AddressKind = "to" | "toS" | "bc" | "toH";

/** The true state of all sessions, derived from what the clients did: the rules of PROTOCOL.md without channels or topics. */
export class SimState {
  readonly sessions = new Map<number, SimSession>();

  add(sid: number, dialect: Dialect, instance: string): SimSession {
    const state: SimSession = { sid, dialect, instance, name: undefined, rooms: new Map() };
    this.sessions.set(sid, state);
    return state;
  }

  /** Members of a room as presence lists them, in the order of their session ids. */
  members(instance: string, room: Room): readonly (readonly [sid: number, name: string, attributes: Attributes])[] {
    const key = keyOf(room);
    return [...this.sessions.values()]
      .filter((state) => state.instance === instance && state.rooms.has(key))
      .toSorted((a, b) => a.sid - b.sid)
      .map(({ sid, name = "", rooms }) => [sid, name, rooms.get(key) ?? {}]);
  }

  isOnline(instance: string, name: string): boolean {
    return this.inInstance(instance).some((state) => state.name === name);
  }

  /** The sessions that should receive a message, each once. */
  receivers(sender: SimSession, kind: AddressKind, targets: readonly (string | number)[]): SimSession[] {
    return this.inInstance(sender.instance).filter((state) => {
      if (kind === "toH" && state === sender) return false;
      return targets.some((target) => this.isAddressed(state, kind, target));
    });
  }

  private isAddressed(state: SimSession, kind: AddressKind, target: string | number): boolean {
    if (kind === "to") return state.name === target;
    // A cloud client would take a message that arrives before its login reply for that reply.
    if (kind === "toS") return state.sid === target && (state.dialect !== "cloud" || state.name !== undefined);
    return state.rooms.has(keyOf({ kind: kind === "bc" ? "bc" : "hub", name: String(target) }));
  }

  private inInstance(instance: string): SimSession[] {
    return [...this.sessions.values()].filter((state) => state.instance === instance);
  }
}
