import type { Attributes, Member, RoomEvents } from "./api.ts";
import { type Data, dataFrom, isData, numberFrom, textFrom } from "./data.ts";

import type { Wire } from "./host.ts";
import type { Outcome } from "./outcome.ts";

type Tell = <E extends keyof RoomEvents<Data>>(type: E, event: RoomEvents<Data>[E]) => void;

/** Who is in a room, as its presence tells; what is malformed is left out. Loaded when presence is first asked for. */
export class Roster {
  readonly #bySid = new Map<number, Member>();
  readonly #tell: Tell;
  count = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  get members(): readonly Member[] {
    return [...this.#bySid.values()];
  }

  take(frame: Data): void {
    const before = this.count;
    if (isData(frame.$roster)) this.#renew(frame.$roster);
    else if (isData(frame.$count)) this.count = numberFrom(frame.$count.count) ?? before;
    else if (isData(frame.$joined)) this.#joined(memberFrom(frame.$joined));
    else if (isData(frame.$left)) this.#left(frame.$left);
    else if (isData(frame.$changed)) {
      const member = this.change(
        numberFrom(frame.$changed.sid),
        frame.$changed.attributes,
        textFrom(frame.$changed.name),
      );
      if (member) this.#tell("changed", member);
    }
    if (this.count !== before) this.#tell("count", this.count);
  }

  /** Also for the member itself: nobody is told of its own changes. A login under another name comes as a change, too. */
  change(sid: number | undefined, attributes: unknown, name?: string): Member | undefined {
    const old = this.#bySid.get(sid ?? 0);
    const member = old && { ...old, name: name || old.name, attributes: attributesFrom(attributes) };
    if (member) this.#bySid.set(member.sid, member);
    return member;
  }

  clear(): void {
    this.#bySid.clear();
    this.count = 0;
  }

  #renew({ members, count }: Data): void {
    this.#bySid.clear();
    for (const member of membersFrom(members)) this.#bySid.set(member.sid, member);
    this.count = numberFrom(count) ?? this.#bySid.size;
    this.#tell("roster", this.members);
  }

  #joined(member: Member | undefined): void {
    if (!member || this.#bySid.has(member.sid)) return;
    this.#bySid.set(member.sid, member);
    this.count++;
    this.#tell("joined", member);
  }

  #left({ name, sid }: Data): void {
    const gone = numberFrom(sid) ?? 0;
    if (!this.#bySid.delete(gone)) return;
    this.count--;
    this.#tell("left", { name: textFrom(name), sid: gone });
  }
}

export interface Page {
  readonly members: readonly Member[];
  readonly next: number | null;
}

/** The next members of a large room, see PROTOCOL.md R24. */
export const askPage = (wire: Wire, $members: Data, outcome: Outcome<Page>): void =>
  wire.control({ $members }, ({ members, next }, fault) =>
    outcome.end({ members: membersFrom(members), next: numberFrom(next) ?? null }, fault),
  );

const membersFrom = (value: unknown): readonly Member[] =>
  (Array.isArray(value) ? value : []).map(memberFrom).filter((member) => member !== undefined);

function memberFrom(value: unknown): Member | undefined {
  const { name, sid, joined, attributes } = dataFrom(value);
  if (typeof name !== "string" || typeof sid !== "number") return undefined;
  return { name, sid, joined: numberFrom(joined) ?? 0, attributes: attributesFrom(attributes) };
}

function attributesFrom(value: unknown): Attributes {
  // Without a prototype: a peer may choose the key "__proto__".
  const plain: Record<string, string | number | boolean | null> = Object.create(null);
  for (const [key, item] of Object.entries(dataFrom(value))) {
    if (item === null || typeof item === "string" || typeof item === "number" || typeof item === "boolean")
      plain[key] = item;
  }
  return plain;
}
