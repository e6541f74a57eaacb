import { isJsonObject, type JsonObject } from "@achex/protocol";
import { type Attributes, keyOf, type Room } from "./state.ts";

interface Member {
  name: string;
  attributes: Attributes;
  isAway: boolean;
}

const roomIn = (event: JsonObject): Room =>
  typeof event.hub === "string" ? { kind: "hub", name: event.hub } : { kind: "bc", name: String(event.bc) };

const attributesIn = ({ attributes }: JsonObject): Attributes =>
  isJsonObject(attributes)
    ? Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, Number(value)]))
    : {};

const memberIn = (one: JsonObject): Member => ({
  name: String(one.name),
  attributes: attributesIn(one),
  isAway: one.away === true,
});

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
  /** Events were missed and will be made up for, so until then a contradiction is not an error. */
  isStale = false;

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
    else if (key === "$away" || key === "$back") this.away(key, event);
    else if (key === "$watched") this.setAllOnline(event);
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

  isAway(room: Room, sid: number): boolean {
    return this.rooms.get(keyOf(room))?.get(sid)?.isAway === true;
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
      this.rooms.set(key, new Map(members.map((one) => [one.sid, memberIn(one)])));
    }
  }

  private count(event: JsonObject): void {
    const key = keyOf(roomIn(event));
    if (!this.rooms.has(key)) this.contradiction("a count of a room that is not followed");
    this.rooms.set(key, undefined);
    this.counts.set(key, Number(event.count));
  }

  private change(what: "$joined" | "$left" | "$changed", event: JsonObject): void {
    const members = this.rooms.get(keyOf(roomIn(event)));
    const sid = Number(event.sid);
    if (!members) this.contradiction(`${what} in a room whose members are not known`);
    if (!members) return;
    if (sid === this.self) throw new Error(`${what} of the follower itself`);
    const known = members.get(sid);
    if ((known !== undefined) !== (what !== "$joined"))
      this.contradiction(`${what} of ${sid}, which ${known ? "is" : "is not"} a member`);
    if (what === "$left") {
      if (known?.name !== event.name) this.contradiction(`$left under another name: ${event.name}`);
      members.delete(sid);
    } else {
      const member = memberIn(event);
      // A change says nothing about it.
      members.set(sid, { ...member, isAway: known ? known.isAway : member.isAway });
    }
    this.counts.set(keyOf(roomIn(event)), members.size);
  }

  private away(what: "$away" | "$back", event: JsonObject): void {
    const member = this.rooms.get(keyOf(roomIn(event)))?.get(Number(event.sid));
    if (!member) this.contradiction(`${what} of ${event.sid}, which is not a member`);
    if (!member) return;
    if (member.name !== event.name) this.contradiction(`${what} under another name: ${event.name}`);
    if (member.isAway === (what === "$away")) this.contradiction(`${what} of ${event.sid} twice`);
    member.isAway = what === "$away";
  }

  private contradiction(what: string): void {
    if (!this.isStale) throw new Error(what);
  }

  private setOnline(on: boolean, name: string): void {
    if (!this.watched.has(name)) this.contradiction(`${name} is not watched`);
    if (this.online.has(name) === on) this.contradiction(`${name} turned ${on ? "online" : "offline"} twice`);
    if (on) this.online.add(name);
    else this.online.delete(name);
  }

  private setAllOnline({ online }: JsonObject): void {
    this.online.clear();
    for (const name of Array.isArray(online) ? online : []) this.online.add(String(name));
  }
}
