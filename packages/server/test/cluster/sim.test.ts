import { describe, expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import type { Achex2Client } from "../kit/achex2-client.ts";
import { type ClusterNode, createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import { Random } from "../sim/random.ts";

const NODES = 3;
const HUBS = ["h", "i"] as const;
const NAMES = ["Ann", "Bob", "Cid"] as const;
const STEPS = 150;

interface Person {
  readonly client: Achex2Client;
  readonly node: ClusterNode;
  name: string;
  readonly hubs: Set<string>;
  /** Messages received, by sender. */
  readonly heard: Map<number, number[]>;
  /** The members that its presence events list, by hub. */
  readonly rosters: Map<string, Set<number>>;
  /** Names that it was told are online. */
  readonly online: Set<string>;
}

/** Clients that act at random on nodes whose frames arrive in any order between pairs, get lost, or do not arrive at all. */
class World {
  readonly people: Person[] = [];
  private sent = 0;

  constructor(
    readonly cluster: MemoryCluster,
    readonly random: Random,
  ) {}

  connect(): void {
    const node = this.cluster.node(1 + this.random.below(NODES));
    const client = node.connectClient();
    const person = {
      client,
      node,
      name: this.random.pick(NAMES),
      hubs: new Set<string>(),
      heard: new Map(),
      rosters: new Map(),
      online: new Set<string>(),
    };
    client.send({ auth: person.name });
    client.send({ $watch: [...NAMES] });
    this.people.push(person);
  }

  private somebody(): Person | undefined {
    return this.people[this.random.below(this.people.length)];
  }

  act(): void {
    const person = this.people.length < 4 ? undefined : this.somebody();
    const hub = this.random.pick(HUBS);
    const choice = this.random.below(8);
    if (!person || (choice === 0 && this.people.length < 9)) this.connect();
    else if (choice < 2) this.disconnect(person);
    else if (choice === 2) {
      person.name = this.random.pick(NAMES);
      person.client.send({ auth: person.name });
    } else if (choice === 3) {
      person.hubs.add(hub);
      person.client.send({ joinHub: hub, $presence: true });
    } else if (choice === 4) {
      person.hubs.delete(hub);
      person.rosters.delete(hub);
      person.client.send({ leaveHub: hub });
    } else person.client.send({ ...this.address(hub), n: ++this.sent });
  }

  private address(hub: string): object {
    const target = this.somebody();
    const kinds = [{ toH: hub }, { to: this.random.pick(NAMES) }, { toS: target?.client.sid ?? 1 }];
    return kinds[this.random.below(kinds.length)] ?? {};
  }

  private disconnect(person: Person): void {
    this.collect(person);
    person.client.disconnect();
    this.people.splice(this.people.indexOf(person), 1);
  }

  /** Reads what clients were sent; fails when a message came twice or out of order. */
  collect(person: Person): void {
    for (const frame of person.client.received()) {
      if (!isJsonObject(frame)) continue;
      if (typeof frame.n === "number") this.hear(person, Number(frame.sID), frame.n);
      this.follow(person, frame);
    }
  }

  private hear({ heard }: Person, sender: number, n: number): void {
    const before = heard.getOrInsertComputed(sender, () => []);
    // Numbers grow, so a message that comes twice, or after a later one, is not above the last.
    expect(n).toBeGreaterThan(before.at(-1) ?? 0);
    before.push(n);
  }

  private follow({ rosters, online, hubs }: Person, frame: Record<string, unknown>): void {
    const { $roster, $joined, $left, $online, $offline } = frame;
    if (isJsonObject($roster) && Array.isArray($roster.members))
      rosters.set(
        String($roster.hub),
        new Set($roster.members.map((member: unknown) => (isJsonObject(member) ? Number(member.sid) : 0))),
      );
    if (isJsonObject($joined)) rosters.get(String($joined.hub))?.add(Number($joined.sid));
    if (isJsonObject($left)) rosters.get(String($left.hub))?.delete(Number($left.sid));
    if (typeof $online === "string") online.add($online);
    if (typeof $offline === "string") online.delete($offline);
    for (const hub of rosters.keys()) if (!hubs.has(hub)) rosters.delete(hub);
  }

  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      this.cluster.clock.advance(1_000);
      for (const { node } of this.cluster.nodes) node.tick();
      await this.cluster.settle();
    }
    for (const person of this.people) this.collect(person);
  }

  trouble(): void {
    const { network } = this.cluster;
    const first = this.random.below(NODES);
    const [one, other] = [`n${1 + first}`, `n${1 + ((first + 1) % NODES)}`];
    const choice = this.random.below(5);
    if (choice === 0) network.lose(one);
    else if (choice === 1) network.join("n1", "n2", "n3");
    else if (choice === 2) network.separate(one, other);
    else if (choice === 3) network.reunite();
    else this.cluster.clock.advance(this.random.below(3_000));
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function run(seed: number, withTrouble: boolean): Promise<void> {
  const random = new Random(seed);
  const cluster = await createMemoryCluster(NODES);
  const world = new World(cluster, random);
  for (let step = 0; step < STEPS; step++) {
    world.act();
    if (withTrouble && random.below(10) === 0) world.trouble();
    for (let frames = random.below(12); frames > 0; frames--) cluster.network.flushOne(random.below(100));
    if (random.below(3) === 0) await turn();
    for (const person of world.people) world.collect(person);
  }
  cluster.network.reunite();
  cluster.network.join("n1", "n2", "n3");
  await world.seconds(12);
  checkViews(world);
  await checkResults(world);
}

/** Everybody knows what is true, on every node. */
function checkViews({ people, cluster }: World): void {
  for (const { cluster: one } of cluster.nodes) expect(one.nodes).toBe(NODES);
  for (const { hubs, rosters, online, name } of people) {
    for (const hub of hubs) {
      const members = people.filter((other) => other.hubs.has(hub)).map(({ client }) => client.sid);
      expect([...(rosters.get(hub) ?? [])].toSorted()).toEqual(members.toSorted());
    }
    expect([...online].toSorted()).toEqual([...new Set(people.map((other) => other.name))].toSorted());
    expect(name).not.toBe("");
  }
}

/** Each message reaches exactly those that it is for, and its result says how many. */
async function checkResults(world: World): Promise<void> {
  const { people, cluster } = world;
  for (const sender of people) {
    for (const hub of HUBS) {
      sender.client.send({ $ref: 1, toH: hub, check: hub });
      await cluster.settle();
      const receivers = people.filter((one) => one !== sender && one.hubs.has(hub));
      expect(sender.client.takeReplies(1)).toEqual([{ result: { taken: receivers.length }, fault: undefined }]);
      for (const one of people)
        expect(one.client.receivedValues("check")).toEqual(receivers.includes(one) ? [hub] : []);
    }
  }
}

describe("M5 R160 R11 clients on three nodes, frames in any order between pairs", () => {
  for (let seed = 1; seed <= 25; seed++) test(`seed ${seed}`, () => run(seed, false));
});

describe("R160 the same with links that are lost and nodes that do not hear each other", () => {
  for (let seed = 1; seed <= 40; seed++) test(`seed ${seed}`, () => run(seed, true));
});
