import { describe, expect, test } from "bun:test";
import type { JsonObject } from "@achex/protocol";
import type { Achex2Client } from "../kit/achex2-client.ts";
import { KeptCluster } from "../kit/kept-cluster.ts";
import { Random } from "../sim/random.ts";

const NODES = ["n1", "n2", "n3"] as const;
/** The second expires. */
const HUBS = ["a", "b"] as const;
const KEYS = ["k", "l", "m"] as const;
const AGE = 70_000;
const STEPS = 160;
const MOST_PEOPLE = 6;
/** Longer than until a dead node is noticed, and what it had is gone. */
const UNTIL_GONE = 12_000;

interface Person {
  readonly node: string;
  readonly client: Achex2Client;
}

/** Clients that use kept rooms at random, on nodes that are killed and start again, over a log that forgets what all have stored. */
class KeptWorld {
  private people: Person[] = [];
  private refs = 0;
  /** Increments of the room that does not expire: those that were confirmed, and those that may have been done. */
  confirmed = 0;
  possible = 0;

  private constructor(
    readonly kept: KeptCluster,
    private readonly random: Random,
  ) {}

  static async create(random: Random): Promise<KeptWorld> {
    const kept = await KeptCluster.create(NODES.length, { ageOf: ({ name }) => (name === "b" ? AGE : 0) });
    return new KeptWorld(kept, random);
  }

  async step(): Promise<void> {
    const { random } = this;
    const choice = random.below(40);
    const person = this.people[random.below(this.people.length)];
    if (choice < 5 || !person) await this.connect();
    else if (choice < 7) this.leave(person);
    else if (choice === 7) await this.kill(random.pick(NODES));
    else if (choice === 8) for (const name of NODES) await this.start(name);
    else if (choice === 9 && random.chance(0.3)) for (const name of NODES) await this.kill(name);
    else if (choice === 10) this.forget();
    else if (choice === 11) await this.kept.pass(random.pick([1_000, 3_000, UNTIL_GONE]));
    else if (choice === 12 && random.chance(0.3)) this.kept.cluster.clock.advance(AGE + 60_000);
    else if (choice === 13) this.hold();
    else await this.use(person, random.pick(HUBS));
  }

  /** All nodes run, and know which sessions have ended. */
  async heal(): Promise<void> {
    for (const name of NODES) await this.start(name);
    for (const { store } of this.running()) {
      store.isImmediate = true;
      store.commit();
    }
    await this.kept.pass(UNTIL_GONE);
  }

  /** The value of the counter that only ever grows. */
  async counter(): Promise<number> {
    const client = await this.login("n2");
    const { values } = Object(
      (await this.ask(client, { joinHub: "a", $state: true, $host: false })) && client.receivedValues("$state").at(-1),
    );
    return Number(Object(values).count ?? 0);
  }

  async disconnect(): Promise<void> {
    for (const { client } of this.people) client.disconnect();
    this.people = [];
    await this.kept.pass(3_000);
  }

  private async login(node: string): Promise<Achex2Client> {
    const client = this.kept.node(node).connectClient();
    client.send({ auth: `p${++this.refs}` });
    await this.kept.cluster.settle();
    client.received();
    return client;
  }

  private async connect(): Promise<void> {
    const [node] = this.kept.nodes.filter(({ cluster }) => cluster.sharedLog.isCaughtUp && this.random.chance(0.6));
    if (!node || this.people.length >= MOST_PEOPLE) return;
    const client = await this.login(node.name);
    this.people.push({ node: node.name, client });
    for (const joinHub of HUBS) await this.ask(client, { joinHub, ...(this.random.chance(0.8) && { $state: true }) });
  }

  private leave(person: Person): void {
    this.people = this.people.filter((one) => one !== person);
    person.client.disconnect();
  }

  private async kill(name: string): Promise<void> {
    if (!this.kept.nodes.some((node) => node.name === name)) return;
    this.people = this.people.filter(({ node }) => node !== name);
    await this.kept.kill(name);
  }

  private async start(name: string): Promise<void> {
    if (this.kept.nodes.some((node) => node.name === name)) return;
    await this.kept.start(name);
    await this.kept.pass(1_000);
  }

  /** The log drops what every disk has: otherwise something would be lost if all nodes died. */
  private forget(): void {
    const { log } = this.kept.cluster.network;
    const [node] = this.kept.nodes;
    if (!node) return;
    const shard = node.cluster.sharedLog.shardOf("root");
    const stored = NODES.map((name) => this.kept.store(name).position(shard)?.position ?? 0);
    log.drop(shard, Math.max(log.dropped(shard), Math.min(...stored)));
  }

  /** Some disks are slow for a while. */
  private hold(): void {
    for (const { store } of this.running()) {
      store.isImmediate = this.random.chance(0.5);
      if (store.isImmediate) store.commit();
    }
  }

  private running() {
    return this.kept.nodes.map(({ name }) => ({ name, store: this.kept.store(name) }));
  }

  private async use({ client }: Person, hub: string): Promise<void> {
    const { random } = this;
    const key = random.pick(KEYS);
    const choice = random.below(12);
    if (choice < 4) await this.count(client);
    else if (choice < 7) await this.ask(client, { $set: { hub, values: { [key]: random.below(100) } } });
    else if (choice === 7) await this.ask(client, { $set: { hub, values: {}, delete: [key] } });
    else if (choice === 8)
      await this.ask(client, { $set: { hub, values: { [`own${random.below(3)}`]: 1 }, own: true } });
    else if (choice === 9) await this.ask(client, { $set: { hub, values: { [key]: 1 }, if: { [key]: 0 } } });
    else if (choice === 10) await this.ask(client, { $room: { hub, seats: random.below(9) + 1 } });
    else await this.ask(client, { leaveHub: hub });
  }

  private async count(client: Achex2Client): Promise<void> {
    this.possible++;
    const { result } = Object(await this.ask(client, { $set: { hub: "a", values: {}, increment: { count: 1 } } }));
    if (result) this.confirmed++;
  }

  private async ask(client: Achex2Client, frame: JsonObject) {
    const $ref = ++this.refs;
    client.send({ $ref, ...frame });
    await this.kept.cluster.settle();
    return client.takeReplies($ref)[0];
  }
}

async function simulate(seed: number): Promise<void> {
  const world = await KeptWorld.create(new Random(seed));
  for (let step = 0; step < STEPS; step++) await world.step();
  await world.heal();
  const [first, ...others] = world.kept.replicas();
  for (const other of others) expect(other).toBe(String(first));
  const count = await world.counter();
  expect(count).toBeGreaterThanOrEqual(world.confirmed);
  expect(count).toBeLessThanOrEqual(world.possible);
  await world.disconnect();
  const [disk, ...disks] = NODES.map((name) => world.kept.store(name).content());
  for (const other of disks) expect(other).toEqual(disk);
}

describe("R148 R165 R167 kept rooms of nodes that are killed and start again, on slow disks, over a log that forgets", () => {
  for (let seed = 1; seed <= 20; seed++) test(`seed ${seed}`, () => simulate(seed));
});
