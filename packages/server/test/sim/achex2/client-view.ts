import { isJsonObject, type JsonObject } from "@achex/protocol";
import { type Attributes, keyOf, type Room } from "./state.ts";

interface Member {
  name: string;
  attributes: Attributes;
}

const roomIn = (event: JsonObject): Room =>
  typeof event.hub === "string" ? { kind: "hub", name: event.hub } : { kind: "bc", name: String(event.bc) };

const attributesIn = ({ attributes }: JsonObject): Attributes =>
  isJsonObject(attributes)
    ? Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, Number(value)]))
    : {};

/**
 * What one client knows about its rooms and the names it watches, from the frames it received alone. Throws when frames
 * contradict each other.
 */
export class ClientView {
  /** Members by session id; undefined while only their number is known. */
  readonly rooms = new Map<string, Map<number, Member> | undefined>();
  readonly counts = new Map<string, number>();
  readonly online = new Set<string>();
  readonly watched = new Set<string>();

  constructor(private readonly self: number) {}

  /** Handles a presence event of the server; false for any other frame. */
  handleEvent(frame: JsonObject): boolean {
    const [key = ""] = Object.keys(frame);
    const event = frame[key];
    if (key === "$online" || key === "$offline") this.setOnline(key === "$online", String(event));
    else if (!isJsonObject(event)) return false;
    else if (key === "$roster") this.roster(event);
    else if (key === "$count") this.count(event);
    else if (key === "$joined" || key === "$left" || key === "$changed") this.change(key, event);
    else return false;
    return true;
  }

  /** Members in the form of SimState.members; undefined while they are not all known. */
  members(room: Room) {
    const members = this.rooms.get(keyOf(room));
    return (
      members &&
      [...members].toSorted(([a], [b]) => a - b).map(([sid, { name, attributes }]) => [sid, name, attributes])
    );
  }

  /** Applies a change of the client itself, for which it receives no event. */
  updateSelf(room: Room, applyChange: Partial<Member>): void {
    const member = this.rooms.get(keyOf(room))?.get(this.self);
    if (member) Object.assign(member, applyChange);
  }

  renamed(name: string): void {
    for (const members of this.rooms.values()) {
      const member = members?.get(this.self);
      if (member) member.name = name;
    }
  }

  forget(room: Room): void {
    this.rooms.delete(keyOf(room));
    this.counts.delete(keyOf(room));
  }

  private roster(event: JsonObject): void {
    const key = keyOf(roomIn(event));
    const { members, count } = event;
    this.counts.set(key, Number(count));
    if (!Array.isArray(members)) throw new Error("a roster has no members");
    if ("next" in event) this.rooms.set(key, undefined);
    else {
      if (members.length !== count) throw new Error(`a roster of ${count} lists ${members.length}`);
      this.rooms.set(key, new Map(members.map((one) => [one.sid, { name: one.name, attributes: attributesIn(one) }])));
    }
  }

  private count(event: JsonObject): void {
    const key = keyOf(roomIn(event));
    if (!this.rooms.has(key)) throw new Error("a count of a room that is not followed");
    this.rooms.set(key, undefined);
    this.counts.set(key, Number(event.count));
  }

  private change(what: "$joined" | "$left" | "$changed", event: JsonObject): void {
    const members = this.rooms.get(keyOf(roomIn(event)));
    const sid = Number(event.sid);
    if (!members) throw new Error(`${what} in a room whose members are not known`);
    if (sid === this.self) throw new Error(`${what} of the follower itself`);
    if (members.has(sid) !== (what !== "$joined"))
      throw new Error(`${what} of ${sid}, which ${members.has(sid) ? "is" : "is not"} a member`);
    if (what === "$left") {
      if (members.get(sid)?.name !== event.name) throw new Error(`$left under another name: ${event.name}`);
      members.delete(sid);
    } else members.set(sid, { name: String(event.name), attributes: attributesIn(event) });
    this.counts.set(keyOf(roomIn(event)), members.size);
  }

  private setOnline(on: boolean, name: string): void {
    if (!this.watched.has(name)) throw new Error(`${name} is not watched`);
    if (this.online.has(name) === on) throw new Error(`${name} turned ${on ? "online" : "offline"} twice`);
    if (on) this.online.add(name);
    else this.online.delete(name);
  }
}
