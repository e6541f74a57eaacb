import { type Data, dataFrom, isData, numberFrom, textFrom } from "./json.ts";
import type { Attributes, Member, RoomEvents } from "./room-api.ts";

type Emit = <E extends keyof RoomEvents<Data>>(type: E, event: RoomEvents<Data>[E]) => void;

/** The members of a room, tracked from its presence frames. Malformed frames are ignored. */
export class Roster {
  readonly #bySid = new Map<number, Member>();
  #members: readonly Member[] | undefined;
  readonly #emit: Emit;
  count = 0;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** The same array until something in it changes, as React's useSyncExternalStore needs it. */
  get members(): readonly Member[] {
    this.#members ??= [...this.#bySid.values()];
    return this.#members;
  }

  received(frame: Data): void {
    const before = this.count;
    if (isData(frame.$roster)) this.#replaceAll(frame.$roster);
    else if (isData(frame.$count)) this.count = numberFrom(frame.$count.count) ?? before;
    else if (isData(frame.$joined)) this.#joined(memberFrom(frame.$joined));
    else if (isData(frame.$left)) this.#left(frame.$left);
    else if (isData(frame.$changed)) {
      const member = this.change(frame.$changed);
      if (member) this.#emit("changed", member);
    }
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

  clear(): void {
    this.#bySid.clear();
    this.#members = undefined;
    this.count = 0;
  }

  #set(member: Member): void {
    this.#bySid.set(member.sid, member);
    this.#members = undefined;
  }

  #replaceAll({ members, count }: Data): void {
    this.clear();
    for (const member of membersFrom(members)) this.#set(member);
    this.count = numberFrom(count) ?? this.#bySid.size;
    this.#emit("roster", this.members);
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
  const { name, sid, joined, attributes, seat } = dataFrom(value);
  if (typeof name !== "string" || typeof sid !== "number") return undefined;
  return { name, sid, joined: numberFrom(joined) ?? 0, attributes: attributesFrom(attributes), ...seatFrom(seat) };
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
