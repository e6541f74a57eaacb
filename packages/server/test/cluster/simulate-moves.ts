import { expect } from "bun:test";
import { createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import { ResumingClient } from "../kit/resuming-client.ts";
import { Random } from "../sim/random.ts";

const NODES = 3;
const STEPS = 300;

/** A client that resumes at any node, and begins a new session if it cannot. */
class Person {
  client: ResumingClient;
  isResuming = false;
  /** Messages received in this session, by sender. */
  private heard = new Map<number, number>();
  sessions = 0;

  constructor(
    private readonly cluster: MemoryCluster,
    private readonly name: string,
    node: number,
  ) {
    this.client = this.begin(node);
  }

  get isConnected(): boolean {
    return !this.isResuming && !this.client.socket.over;
  }

  begin(node: number): ResumingClient {
    this.sessions++;
    this.isResuming = false;
    this.heard = new Map();
    this.client = new ResumingClient(this.cluster.node(node));
    this.client.send({ auth: this.name }).send({ joinHub: "h" });
    return this.client;
  }

  reconnect(node: number): void {
    this.read(node);
    this.isResuming = true;
    this.client.moveTo(this.cluster.node(node)).reconnect();
  }

  /** Reads what has arrived: each message once, and those of each sender in order. */
  read(node: number): void {
    if (this.isResuming) {
      try {
        if (this.client.tryFinish()) this.isResuming = false;
      } catch {
        this.begin(node);
      }
    }
    if (this.isResuming) return;
    for (const { n, sID } of this.client.frames()) {
      if (typeof n !== "number") continue;
      expect(n).toBeGreaterThan(this.heard.get(Number(sID)) ?? 0);
      this.heard.set(Number(sID), n);
    }
  }
}

class World {
  readonly people: Person[] = [];
  private sent = 0;

  constructor(
    private readonly cluster: MemoryCluster,
    private readonly random: Random,
  ) {
    for (let index = 0; index < 6; index++) this.people.push(new Person(cluster, `p${index}`, 1 + (index % NODES)));
  }

  node(): number {
    return 1 + this.random.below(NODES);
  }

  act(): void {
    const person = this.people[this.random.below(this.people.length)];
    const choice = this.random.below(6);
    if (!person) return;
    if (choice === 0) person.reconnect(this.node());
    else if (choice === 1 && person.isConnected) person.client.drop();
    else if (person.isConnected) {
      const [address = {}] = [[{ toH: "h" }, { to: "p1" }, { to: "p2" }][this.random.below(3)]];
      person.client.send({ ...address, n: ++this.sent });
    }
    for (const one of this.people) {
      one.read(this.node());
      if (one.client.socket.over && this.random.below(3) === 0) one.reconnect(this.node());
    }
  }

  trouble(): void {
    const { network, clock } = this.cluster;
    const first = this.random.below(NODES);
    const [one, other] = [`n${1 + first}`, `n${1 + ((first + 1) % NODES)}`];
    const choice = this.random.below(5);
    if (choice === 0) network.lose(one);
    else if (choice === 1) network.join("n1", "n2", "n3");
    else if (choice === 2) network.separate(one, other);
    else if (choice === 3) network.reunite();
    else clock.advance(this.random.below(3_000));
  }

  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      this.cluster.clock.advance(1_000);
      for (const { node } of this.cluster.nodes) node.tick();
      await this.cluster.settle();
      for (const one of this.people) {
        one.read(1);
        if (one.client.socket.over) one.reconnect(1);
        await this.cluster.settle();
        one.read(1);
      }
    }
  }

  /** After everything has healed, everybody is somewhere, once, and hears everybody. */
  async check(): Promise<void> {
    for (const { client } of this.people) {
      const places = this.cluster.nodes.filter(({ node }) => node.core.sessions.has(client.sid));
      expect(places).toHaveLength(1);
    }
    for (const { node, cluster } of this.cluster.nodes) {
      expect(node.core.moving.size).toBe(0);
      expect(cluster.nodes).toBe(NODES);
    }
    for (const sender of this.people) {
      sender.client.send({ toH: "h", check: true });
      await this.cluster.settle();
      for (const one of this.people) expect(one.client.values("check")).toEqual(one === sender ? [] : [true]);
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Sessions that move while links are lost and nodes do not hear each other; throws when a client was sent something twice or out of order,
 * or when a session is not at exactly one node after everything has healed.
 */
export async function simulateMoves(seed: number): Promise<void> {
  const random = new Random(seed);
  const cluster = await createMemoryCluster(NODES);
  const world = new World(cluster, random);
  await cluster.settle();
  for (let step = 0; step < STEPS; step++) {
    world.act();
    if (random.below(15) === 0) world.trouble();
    for (let frames = random.below(12); frames > 0; frames--) cluster.network.flushOne(random.below(100));
    if (random.below(3) === 0) await turn();
  }
  cluster.network.reunite();
  cluster.network.join("n1", "n2", "n3");
  await world.seconds(14);
  await world.check();
}
