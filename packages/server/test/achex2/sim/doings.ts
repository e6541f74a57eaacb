import type { Random } from "../../sim/random.ts";
import type { Letters } from "./letters.ts";
import type { Resident, Said } from "./resident.ts";
import { keyOf, NAMES, ROOMS, type Room, type Truth } from "./truth.ts";
import { Writing } from "./writing.ts";

/** What a client needs of its surroundings. */
export interface Place {
  readonly random: Random;
  readonly truth: Truth;
  readonly letters: Letters;
  readonly residents: readonly Resident[];
  readonly dying: readonly Resident[];
  /** A room has more members than a roster lists, so that what a follower knows lags by a second. */
  readonly isCrowded: boolean;
  send(resident: Resident, frame: string | Uint8Array): void;
  takeVerdict(resident: Resident): void;
}

type Frame = Readonly<Record<string, unknown>>;

const WRONG = [
  "[]",
  '{"$foo":1}',
  '{"to":""}',
  '{"$watch":7}',
  '{"to":"Ann","$presence":true}',
  '{"$ref":"x"}',
] as const;
const WRONG_IN_OLD = ["{", "[]", '{"msg":"hi"}', '{"cmd":"fly"}'] as const;

/** What clients do, and what is true afterwards. */
export class Doings {
  private readonly writing: Writing;

  constructor(private readonly place: Place) {
    this.writing = new Writing(place);
  }

  one(resident: Resident): void {
    const { random } = this.place;
    const weights = { login: 10, enter: 22, leave: 8, send: 35, call: 12, answer: 14, watch: 8, wrong: 6, ask: 4 };
    const doing = random.weighted(weights);
    if (doing === "send") this.writing.message(resident);
    else if (doing === "wrong") this.wrong(resident);
    // What is true is written down as frames are sent, so nothing that changes it may wait behind a login.
    else if (resident.verdict || doing === "ask") this.ask(resident);
    else if (doing === "login") this.login(resident);
    else if (doing === "enter") this.enter(resident);
    else if (doing === "leave") this.leave(resident);
    else if (!resident.isOwn) this.writing.forgery(resident);
    else if (doing === "call") this.writing.call(resident);
    else if (doing === "answer") this.writing.answer(resident);
    else this.watch(resident);
  }

  /** What a client that has read everything believes and is not true. */
  lieTo({ being, view }: Resident): string | undefined {
    const { truth } = this.place;
    for (const room of ROOMS) {
      if (!view.rooms.has(keyOf(room))) continue;
      const members = truth.members(being.instance, room);
      const count = view.counts.get(keyOf(room));
      if (count !== members.length) return `${being.sid} counts ${count} members of ${members.length}`;
      const believed = JSON.stringify(view.members(room));
      if (believed !== (members.length > 200 ? undefined : JSON.stringify(members)))
        return `${being.sid} believes ${believed} of ${JSON.stringify(members)}`;
    }
    for (const name of view.watched) {
      if (view.online.has(name) !== truth.isOnline(being.instance, name))
        return `${being.sid} believes that ${name} is ${view.online.has(name) ? "online" : "offline"}`;
    }
    return undefined;
  }

  /** A frame with a reference at the one end or the other. */
  private send(resident: Resident, frame: Frame, take: (said: Said) => void = () => {}): void {
    if (!resident.isOwn) {
      this.place.send(resident, JSON.stringify(frame));
      return;
    }
    const $ref = resident.reference(take);
    this.place.send(resident, JSON.stringify(this.place.random.chance(0.7) ? { $ref, ...frame } : { ...frame, $ref }));
  }

  private login(resident: Resident): void {
    const { random } = this.place;
    const { being, view } = resident;
    const name = random.pick(NAMES);
    const passwd = random.pick(["good", "good", "good", "slow", "bad"] as const);
    this.send(resident, { [random.pick(["setID", "auth"])]: name, passwd }, ({ result }) => {
      if (result && result.name !== name) throw new Error(`logged in as ${result.name} instead of ${name}`);
      if (result) view.renamed(name);
    });
    resident.wanted = name;
    if (passwd === "good") being.name = name;
    if (passwd === "slow") this.place.takeVerdict(resident);
  }

  private enter(resident: Resident): void {
    const { random } = this.place;
    const { being, view, isOwn } = resident;
    const room = random.pick(ROOMS);
    const attributes = isOwn && random.chance(0.5) ? { [random.pick(["a", "__proto__"])]: random.below(9) } : undefined;
    const presence = isOwn ? random.pick([true, true, undefined, undefined, false] as const) : undefined;
    const own = {
      ...(attributes && { $attributes: attributes }),
      ...(presence !== undefined && { $presence: presence }),
    };
    const verb = room.kind === "hub" ? { joinHub: room.name } : { cmd: "register_broadcast", bid: room.name };
    const expected = this.countAfter(resident, room);
    this.send(resident, { ...verb, ...own }, ({ result }) => {
      if (result?.count !== expected) throw new Error(`joined ${result?.count} members instead of ${expected}`);
      if (result && presence === false) view.forget(room);
      else if (result && attributes) view.own(room, { attributes });
    });
    if (being.name === undefined) return;
    being.rooms.set(keyOf(room), attributes ?? being.rooms.get(keyOf(room)) ?? {});
  }

  /** Members of a room when this client has joined it; undefined when it may not. */
  private countAfter({ being }: Resident, room: Room): number | undefined {
    if (being.name === undefined) return undefined;
    const { length } = this.place.truth.members(being.instance, room);
    return being.rooms.has(keyOf(room)) ? length : length + 1;
  }

  private leave(resident: Resident): void {
    const { being, view } = resident;
    const room = this.place.random.pick(ROOMS);
    const frame = room.kind === "hub" ? { leaveHub: room.name } : { cmd: "unregister_broadcast", bid: room.name };
    const isIn = being.rooms.delete(keyOf(room));
    this.send(resident, frame, ({ fault }) => {
      if ((fault === undefined) !== isIn) throw new Error(`leaving ended with ${fault}`);
      view.forget(room);
    });
  }

  private watch(resident: Resident): void {
    const { random } = this.place;
    const { view, being } = resident;
    const names = NAMES.filter(() => random.chance(0.5));
    if (random.chance(0.3)) {
      this.send(resident, { $unwatch: names }, () => {
        for (const name of names) for (const set of [view.watched, view.online]) set.delete(name);
      });
      return;
    }
    const isNamed = being.name !== undefined;
    this.send(resident, { $watch: names }, ({ result }) => {
      if (!result === isNamed) throw new Error("watching did not end as it should");
      const online = Array.isArray(result?.online) ? result.online : [];
      for (const name of result ? names : []) {
        if (view.watched.has(name) && view.online.has(name) !== online.includes(name))
          throw new Error(`${name} changed in silence`);
        view.watched.add(name);
        if (online.includes(name)) view.online.add(name);
      }
    });
  }

  private wrong(resident: Resident): void {
    const { random } = this.place;
    if (!resident.isOwn) this.place.send(resident, random.pick(WRONG_IN_OLD));
    else if (random.chance(0.5)) this.place.send(resident, random.pick(WRONG));
    else {
      const frame: Frame = random.pick<Frame>([
        { $foo: 1 },
        { to: [] },
        { $time: 1 },
        { toH: "h", $call: { id: 1 } },
        { n: 1 },
      ]);
      this.send(resident, frame, ({ fault }) => {
        if (fault === undefined) throw new Error(`${JSON.stringify(frame)} was taken`);
      });
    }
  }

  private ask(resident: Resident): void {
    if (!resident.isOwn) return;
    const { random, truth } = this.place;
    const { being } = resident;
    const room = random.pick(ROOMS);
    if (resident.verdict || random.chance(0.3)) {
      this.send(resident, { $time: true }, ({ result }) => {
        if (typeof result?.time !== "number") throw new Error("no time was told");
      });
      return;
    }
    const members = truth.members(being.instance, room).slice(0, 200);
    const expected = being.rooms.has(keyOf(room)) ? JSON.stringify(members.map(([sid]) => sid)) : undefined;
    this.send(resident, { $members: { [room.kind]: room.name } }, ({ result }) => {
      const sids = Array.isArray(result?.members) ? JSON.stringify(result.members.map(({ sid }) => sid)) : undefined;
      if (sids !== expected) throw new Error(`the page lists ${sids} instead of ${expected}`);
    });
  }
}
