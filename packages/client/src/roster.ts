import { type Data, dataFrom, isData, numberFrom, textFrom } from "./json.ts";
import type { Attributes, Member, RoomEvents } from "./room-api.ts";

type Emit = <E extends keyof RoomEvents<Data>>(type: E, event: RoomEvents<Data>[E]) => void;

/** The members of a room, tracked from its presence frames. Malformed frames are ignored. */
export class Roster {
  readonly #bySid = new Map<number, Member>();
  #members: readonly Member[] | undefined;
  readonly #emit: Emit;
  readonly #ownSid: () => number | undefined;
  /** Whether every member is known, so that a new list shows what has changed. */
  #isComplete = false;
  count = 0;

  constructor(emit: Emit, ownSid: () => number | undefined) {
    this.#emit = emit;
    this.#ownSid = ownSid;
  }

  /** The same array until something in it changes, as React's useSyncExternalStore needs it. */
  get members(): readonly Member[] {
    this.#members ??= [...this.#bySid.values()];
    return this.#members;
  }

  received(frame: Data): void {
    const before = this.count;
    if (isData(frame.$roster)) this.#replaceAll(frame.$roster);
    else if (isData(frame.$count)) {
      this.count = numberFrom(frame.$count.count) ?? before;
      this.#isComplete = false;
    } else if (isData(frame.$joined)) this.#joined(memberFrom(frame.$joined));
    else if (isData(frame.$left)) this.#left(frame.$left);
    else if (isData(frame.$changed)) {
      const member = this.change(frame.$changed);
      if (member) this.#emit("changed", member);
    } else if (isData(frame.$away)) this.#setAway(frame.$away, true);
    else if (isData(frame.$back)) this.#setAway(frame.$back, false);
    if (this.count !== before) this.#emit("count", this.count);
  }

  /**
   * Also used when a member logs in under another name. Called for this client as well, because the server sends the event only
   * to others.
   */
  change({ sid, name, attributes, seat }: Data): Member | undefined {
    const old = this.#bySid.get(numberFrom(sid) ?? 0);
    if (!old) return undefined;
    const { seat: oldSeat, ...rest } = old;
    const member = {
      ...rest,
      name: textFrom(name) || old.name,
      attributes: attributes === undefined ? old.attributes : attributesFrom(attributes),
      ...seatFrom(seat === undefined ? oldSeat : seat),
    };
    this.#set(member);
    return member;
  }

  /** The session has ended: the next list does not say what happened to the members of this one. */
  outdated(): void {
    this.#isComplete = false;
  }

  clear(): void {
    this.outdated();
    this.#bySid.clear();
    this.#members = undefined;
    this.count = 0;
  }

  #set(member: Member): void {
    this.#bySid.set(member.sid, member);
    this.#members = undefined;
  }

  #replaceAll({ members, count }: Data): void {
    const before = this.#isComplete && new Map(this.#bySid);
    this.clear();
    for (const member of membersFrom(members)) this.#set(member);
    this.count = numberFrom(count) ?? this.#bySid.size;
    this.#isComplete = this.count <= this.#bySid.size;
    if (before && this.#isComplete) this.#emitDifferences(before);
    this.#emit("roster", this.members);
  }

  /** What has happened since the last list. As for single events, this client is left out. */
  #emitDifferences(before: ReadonlyMap<number, Member>): void {
    for (const { name, sid } of before.values()) if (!this.#bySid.has(sid)) this.#emit("left", { name, sid });
    for (const member of this.#bySid.values()) {
      const old = before.get(member.sid);
      if (member.sid === this.#ownSid()) continue;
      if (!old) this.#emit("joined", member);
      else {
        const description = ({ name, attributes, seat }: Member) => JSON.stringify([name, attributes, seat]);
        if (description(member) !== description(old)) this.#emit("changed", member);
        if (member.away !== old.away) this.#emit(member.away ? "away" : "back", member);
      }
    }
  }

  #setAway({ sid }: Data, away: boolean): void {
    const old = this.#bySid.get(numberFrom(sid) ?? 0);
    if (!old || (old.away ?? false) === away) return;
    const { away: _, ...member } = old;
    const now = away ? { ...member, away } : member;
    this.#set(now);
    this.#emit(away ? "away" : "back", now);
  }

  #joined(member: Member | undefined): void {
    if (!member || this.#bySid.has(member.sid)) return;
    this.#set(member);
    this.count++;
    this.#emit("joined", member);
  }

  #left({ name, sid }: Data): void {
    const gone = numberFrom(sid) ?? 0;
    if (!this.#bySid.delete(gone)) return;
    this.#members = undefined;
    this.count--;
    this.#emit("left", { name: textFrom(name), sid: gone });
  }
}

export const membersFrom = (value: unknown): readonly Member[] =>
  (Array.isArray(value) ? value : []).map(memberFrom).filter((member) => member !== undefined);

function memberFrom(value: unknown): Member | undefined {
  const { name, sid, joined, attributes, seat, away } = dataFrom(value);
  if (typeof name !== "string" || typeof sid !== "number") return undefined;
  return {
    ...{ name, sid, joined: numberFrom(joined) ?? 0, attributes: attributesFrom(attributes) },
    ...seatFrom(seat),
    ...(away === true && { away }),
  };
}

const seatFrom = (seat: unknown): { readonly seat?: number } => (typeof seat === "number" ? { seat } : {});

function attributesFrom(value: unknown): Attributes {
  // Without a prototype: a peer may choose the key "__proto__".
  const plain: Record<string, string | number | boolean | null> = Object.create(null);
  for (const [key, item] of Object.entries(dataFrom(value))) {
    if (item === null || typeof item === "string" || typeof item === "number" || typeof item === "boolean")
      plain[key] = item;
  }
  return plain;
}
