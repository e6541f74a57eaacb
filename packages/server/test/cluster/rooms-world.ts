import { expect } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import { SharedRooms } from "../../src/rooms/shared/shared-rooms.ts";
import type { RoomKey } from "../../src/state.ts";
import type { Achex2Client } from "../kit/achex2-client.ts";
import { type ClusterNode, createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import type { Random } from "../sim/random.ts";

const HUBS = ["h", "i"] as const;
const KEYS = ["a", "b", "c"] as const;
const MOST_PEOPLE = 9;
/** Longer than a session that dropped is waited for. */
const UNTIL_ALL_IS_KNOWN = 135;

/** A room as a client knows it from its frames. */
interface View {
  version: number;
  readonly values: Map<string, unknown>;
  term: number | undefined;
  host: number | undefined;
}

interface Person {
  readonly client: Achex2Client;
  readonly node: ClusterNode;
  readonly views: Map<string, View>;
  /** Requests that wait for their reply. */
  readonly asked: Map<number, (reply: JsonObject) => void>;
}

const roomsOf = ({ node }: ClusterNode): SharedRooms => {
  const { rooms } = node.core;
  if (!(rooms instanceof SharedRooms)) throw new Error("the node is in no cluster");
  return rooms;
};

const keyOf = (name: string): RoomKey => ({ instance: "root", kind: "hub", name });

/**
 * Clients that use rooms at random on nodes of a cluster. All that any of them is ever sent is compared: a version has one map, a term has
 * one host, and a write that was confirmed is in the version that its result names.
 */
export class RoomWorld {
  readonly people: Person[] = [];
  readonly nodes: ClusterNode[];
  /** By hub and version: the whole map. */
  private readonly maps = new Map<string, string>();
  /** By hub and term. */
  private readonly hosts = new Map<string, number>();
  /** Writes that were confirmed, by hub and version. */
  private readonly written = new Map<string, readonly [key: string, value: number]>();
  private refs = 0;
  private values = 0;
  private started: number;

  private constructor(
    readonly cluster: MemoryCluster,
    readonly random: Random,
  ) {
    this.nodes = [...cluster.nodes];
    this.started = cluster.nodes.length;
  }

  static async create(size: number, random: Random): Promise<RoomWorld> {
    return new RoomWorld(await createMemoryCluster(size), random);
  }

  act(): void {
    const { random } = this;
    const person = this.people.length < 4 ? undefined : this.people[random.below(this.people.length)];
    const choice = random.below(16);
    if (!person || (choice === 0 && this.people.length < MOST_PEOPLE)) this.connect();
    else if (choice <= 1) this.disconnect(person, random.chance(0.5) ? 1000 : 1006);
    else this.use(person, random.pick(HUBS), choice);
  }

  /** A server or a link fails, or works again. */
  async trouble(): Promise<void> {
    const { network, clock } = this.cluster;
    const [one, other] = this.twoNodes();
    const choice = this.random.below(9);
    if (choice === 0) network.lose(one.name);
    else if (choice === 1) network.join(...this.nodes.map(({ name }) => name));
    else if (choice === 2) network.separate(one.name, other.name);
    else if (choice === 3) network.reunite();
    else if (choice === 4) network.log.minority.add(one.name);
    else if (choice === 5) this.endMinority();
    else if (choice === 6) network.log.losesAnswers = !network.log.losesAnswers;
    else if (choice === 7) await this.replace(one);
    else clock.advance(this.random.below(6_000));
  }

  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      this.cluster.clock.advance(1_000);
      for (const { node } of this.nodes) node.tick();
      await this.cluster.settle();
    }
    this.collectAll();
  }

  /** Everything works again, and everybody learns what they have missed. */
  async heal(): Promise<void> {
    const { network } = this.cluster;
    network.log.losesAnswers = false;
    this.endMinority();
    network.reunite();
    network.join(...this.nodes.map(({ name }) => name));
    await this.seconds(UNTIL_ALL_IS_KNOWN);
  }

  collectAll(): void {
    for (const person of this.people) this.collect(person);
  }

  /** All nodes have the same rooms, and all clients know them. */
  async check(): Promise<void> {
    const copies = await Promise.all(this.nodes.map((node) => copyOf(roomsOf(node))));
    expect(new Set(copies).size).toBe(1);
    const [first] = this.twoNodes();
    for (const hub of HUBS) {
      const room = roomsOf(first).log.find(keyOf(hub));
      for (const { client, views } of this.people) {
        const view = views.get(hub);
        expect(room?.roles.candidates.includes(client.sid) === true).toBe(view !== undefined);
        if (!room || !view) continue;
        expect(view.version).toBe(room.state.version);
        expect(textOf(view.values)).toBe(
          textOf(new Map(room.state.save().entries.map(({ key, text }) => [key, JSON.parse(text ?? "null")]))),
        );
        expect(view.host).toBe(room.state.host);
      }
    }
  }

  /** Nothing is left of rooms without members. */
  async end(): Promise<void> {
    for (const person of [...this.people]) this.disconnect(person, 1000);
    await this.seconds(5);
    for (const node of this.nodes) {
      const rooms = roomsOf(node);
      const { count, followers, bytes, untold } = rooms;
      expect([count, followers, bytes, untold]).toEqual([0, 0, 0, 0]);
    }
  }

  private twoNodes(): [ClusterNode, ClusterNode] {
    const index = this.random.below(this.nodes.length);
    const one = this.nodes[index];
    const other = this.nodes[(index + 1) % this.nodes.length];
    if (!one || !other) throw new Error("there are too few nodes");
    return [one, other];
  }

  private endMinority(): void {
    const { log } = this.cluster.network;
    const names = [...log.minority];
    log.minority.clear();
    for (const name of names) log.joined(name);
  }

  /** A process dies, and another one starts. */
  private async replace(node: ClusterNode): Promise<void> {
    const { network } = this.cluster;
    for (const person of this.people.filter((one) => one.node === node)) {
      this.collect(person);
      this.people.splice(this.people.indexOf(person), 1);
    }
    network.kill(node.name);
    network.log.killed(node.name);
    this.nodes.splice(this.nodes.indexOf(node), 1);
    this.nodes.push(await this.cluster.add(`n${++this.started}`));
  }

  private connect(): void {
    const node = this.nodes[this.random.below(this.nodes.length)];
    if (!node) return;
    const client = node.connectClient();
    // Sessions that outlive their connection are away after it has dropped.
    if (this.random.chance(0.5)) client.send({ $resume: true });
    client.send({ auth: `p${client.sid}` });
    this.people.push({ client, node, views: new Map(), asked: new Map() });
  }

  private disconnect(person: Person, code: number): void {
    this.collect(person);
    person.client.disconnect(code);
    this.people.splice(this.people.indexOf(person), 1);
  }

  private ask({ client, asked }: Person, frame: JsonObject, done: (reply: JsonObject) => void = () => {}): void {
    const $ref = ++this.refs;
    asked.set($ref, done);
    client.send({ $ref, ...frame });
  }

  private use(person: Person, hub: string, choice: number): void {
    const { random } = this;
    const term = person.views.get(hub)?.term;
    const fenced = random.chance(0.3) && term !== undefined ? { term } : {};
    if (choice <= 4) this.ask(person, this.joinFrame(hub));
    else if (choice === 5) this.leave(person, hub, { leaveHub: hub });
    else if (choice === 6) this.leave(person, hub, { joinHub: hub, $state: false });
    else if (choice <= 11) this.write(person, hub, fenced);
    else if (choice === 12) this.ask(person, { $set: { hub, increment: { n: 1 }, ...fenced } });
    else if (choice === 13) this.ask(person, { $host: { hub } });
    else if (choice === 14) this.ask(person, { $room: { hub, grace: random.below(3), capacity: random.below(4) * 3 } });
    else this.ask(person, { toH: hub, $term: term ?? 1, n: 1 });
  }

  private joinFrame(hub: string): JsonObject {
    const { random } = this;
    return {
      joinHub: hub,
      ...(random.chance(0.8) && { $state: true }),
      ...(random.chance(0.2) && { $host: random.chance(0.5) }),
      ...(random.chance(0.3) && { $seat: random.chance(0.8) }),
      ...(random.chance(0.3) && { $room: { seats: 2, grace: 1 } }),
    };
  }

  private leave(person: Person, hub: string, frame: JsonObject): void {
    this.ask(person, frame, ({ $result, $fault }) => {
      // After any other fault it follows as before.
      if ($result || (isJsonObject($fault) && $fault.code === "not-member")) person.views.delete(hub);
    });
  }

  private write(person: Person, hub: string, fenced: JsonObject): void {
    const { random } = this;
    const key = random.pick(KEYS);
    const value = ++this.values;
    const version = person.views.get(hub)?.version;
    const $set = {
      hub,
      ...fenced,
      ...(random.chance(0.2) ? { delete: [key] } : { values: { [key]: value } }),
      ...(random.chance(0.3) && version !== undefined && { if: { [key]: version } }),
      ...(random.chance(0.2) && { own: true }),
    };
    this.ask(person, { $set }, ({ $result }) => {
      if (isJsonObject($result) && "values" in $set && $set.values)
        this.written.set(`${hub} ${$result.version}`, [key, value]);
    });
  }

  private collect(person: Person): void {
    for (const frame of person.client.received()) {
      if (!isJsonObject(frame)) continue;
      const { $ref, $state, $room, $host } = frame;
      if (typeof $ref === "number" && !("to" in frame)) {
        person.asked.get($ref)?.(frame);
        person.asked.delete($ref);
      }
      if (isJsonObject($state)) this.learnState(person, $state);
      if (isJsonObject($room))
        this.learnHost(person, String($room.hub), $room.term, isJsonObject($room.host) ? $room.host.sid : undefined);
      if (isJsonObject($host)) this.learnHost(person, String($host.hub), $host.term, $host.sid);
    }
  }

  private learnState({ views }: Person, { hub, version, whole, values, deleted }: JsonObject): void {
    const name = String(hub);
    const view = views.getOrInsertComputed(name, () => ({
      version: 0,
      values: new Map(),
      term: undefined,
      host: undefined,
    }));
    if (whole === true) view.values.clear();
    else expect(Number(version)).toBeGreaterThanOrEqual(view.version);
    view.version = Number(version);
    for (const [key, value] of Object.entries(isJsonObject(values) ? values : {})) view.values.set(key, value);
    for (const key of Array.isArray(deleted) ? deleted : []) view.values.delete(String(key));
    const place = `${name} ${view.version}`;
    const text = textOf(view.values);
    expect(this.maps.getOrInsert(place, text)).toBe(text);
    const write = this.written.get(place);
    if (write) expect(view.values.get(write[0])).toBe(write[1]);
  }

  private learnHost({ views }: Person, hub: string, term: unknown, sid: unknown): void {
    const view = views.get(hub);
    const host = typeof sid === "number" ? sid : undefined;
    if (host !== undefined) expect(this.hosts.getOrInsert(`${hub} ${term}`, host)).toBe(host);
    if (!view) return;
    expect(Number(term)).toBeGreaterThanOrEqual(view.term ?? 0);
    view.term = Number(term);
    view.host = host;
  }
}

const textOf = (values: ReadonlyMap<string, unknown>): string =>
  JSON.stringify([...values].toSorted(([a], [b]) => (a < b ? -1 : 1)));

async function copyOf({ log }: SharedRooms): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of log.copy()) parts.push(part);
  return Buffer.concat(parts).toString();
}
