import type { Dialect } from "@achex/protocol";

export type Attributes = Readonly<Record<string, number>>;

/** A room as clients address it. */
export interface Room {
  readonly kind: "hub" | "bc";
  readonly name: string;
}

// Few of each, so that sessions meet; the same word as name, hub and broadcast, so that a mix-up shows.
export const ROOMS: readonly [Room, ...Room[]] = [
  { kind: "hub", name: "x" },
  { kind: "hub", name: "h" },
  { kind: "bc", name: "x" },
];
export const NAMES: readonly [string, ...string[]] = ["Ann", "Bob", "x", "42"];

export const keyOf = ({ kind, name }: Room): string => `${kind} ${name}`;

/** What is true of one session. */
export interface Being {
  readonly sid: number;
  readonly dialect: Dialect;
  readonly instance: string;
  name: string | undefined;
  /** Attributes by room. */
  readonly rooms: Map<string, Attributes>;
}

export type AddressKind = "to" | "toS" | "bc" | "toH";

/** Who is where, by what the clients did: the rules of PROTOCOL.md written down plainly, without channels or topics. */
export class Truth {
  readonly beings = new Map<number, Being>();

  add(sid: number, dialect: Dialect, instance: string): Being {
    const being: Being = { sid, dialect, instance, name: undefined, rooms: new Map() };
    this.beings.set(sid, being);
    return being;
  }

  /** Members of a room as presence lists them, in the order of their session ids. */
  members(instance: string, room: Room): readonly (readonly [sid: number, name: string, attributes: Attributes])[] {
    const key = keyOf(room);
    return [...this.beings.values()]
      .filter((being) => being.instance === instance && being.rooms.has(key))
      .toSorted((a, b) => a.sid - b.sid)
      .map(({ sid, name = "", rooms }) => [sid, name, rooms.get(key) ?? {}]);
  }

  isOnline(instance: string, name: string): boolean {
    return this.here(instance).some((being) => being.name === name);
  }

  /** Sessions a message leads to, each once. */
  receivers(sender: Being, kind: AddressKind, targets: readonly (string | number)[]): Being[] {
    return this.here(sender.instance).filter((being) => {
      if (kind === "toH" && being === sender) return false;
      return targets.some((target) => this.isMeant(being, kind, target));
    });
  }

  private isMeant(being: Being, kind: AddressKind, target: string | number): boolean {
    if (kind === "to") return being.name === target;
    // A cloud client takes whatever comes first for the answer to its login.
    if (kind === "toS") return being.sid === target && (being.dialect !== "cloud" || being.name !== undefined);
    return being.rooms.has(keyOf({ kind: kind === "bc" ? "bc" : "hub", name: String(target) }));
  }

  private here(instance: string): Being[] {
    return [...this.beings.values()].filter((being) => being.instance === instance);
  }
}
