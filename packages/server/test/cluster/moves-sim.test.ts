import { describe, expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import { createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import { ResumingClient } from "../kit/resuming-client.ts";
import { Random } from "../sim/random.ts";

const NODES = 3;
const PEOPLE = 7;
const STEPS = 400;

type State = "live" | "resuming";

/** A client that resumes its session at any node, whenever it likes. */
class Person {
  state: State = "live";
  /** Numbers of the messages it is to receive, and those it has received, by sender. */
  readonly expected = new Map<number, number[]>();
  readonly received = new Map<number, number[]>();
  /** What the results of its own messages must say, and what they said, by reference. */
  readonly results = new Map<number, number>();
  readonly replies = new Map<number, unknown>();
  moves = 0;

  constructor(
    readonly client: ResumingClient,
    readonly name: string,
  ) {}

  /** Sends a frame, or keeps it until the session is resumed. */
  send(frame: object): void {
    const text = JSON.stringify(frame);
    if (this.state === "live" && !this.client.socket.over) this.client.send(text);
    else this.client.sent.push(text);
  }

  moveTo(cluster: MemoryCluster, node: number): void {
    this.read();
    this.state = "resuming";
    this.moves++;
    this.client.moveTo(cluster.node(node)).reconnect();
  }

  /** Reads what has arrived. False when it has to connect again. */
  read(): boolean {
    if (this.state === "resuming" && this.client.tryFinish()) this.state = "live";
    if (this.state === "live") for (const frame of this.client.frames()) this.note(frame);
    return !this.client.socket.over;
  }

  private note(frame: Readonly<Record<string, unknown>>): void {
    const { n, sID, $ref, $result, $fault } = frame;
    if (typeof n === "number") this.received.getOrInsertComputed(Number(sID), () => []).push(n);
    else if (typeof $ref === "number") this.replies.set($ref, $result ?? $fault);
  }
}

class World {
  readonly people: Person[] = [];
  private sent = 0;
  /** A node that stops: nobody connects to it any more. */
  stopping = 0;

  constructor(
    readonly cluster: MemoryCluster,
    readonly random: Random,
  ) {}

  async begin(): Promise<void> {
    for (let index = 0; index < PEOPLE; index++) {
      const name = `p${index}`;
      const client = new ResumingClient(this.cluster.node(1 + (index % NODES)));
      client.send({ auth: name }).send({ joinHub: "h" }).send({ cmd: "register_broadcast", bid: "b" });
      await this.cluster.settle();
      client.frames();
      this.people.push(new Person(client, name));
    }
  }

  node(): number {
    for (;;) {
      const node = 1 + this.random.below(NODES);
      if (node !== this.stopping) return node;
    }
  }

  private anybody(): Person {
    const person = this.people[this.random.below(this.people.length)];
    if (!person) throw new Error("there is nobody");
    return person;
  }

  act(): void {
    const person = this.anybody();
    const choice = this.random.below(8);
    if (choice === 0) person.moveTo(this.cluster, this.node());
    else if (choice === 1) {
      if (person.state === "live") person.client.drop();
    } else this.say(person);
    for (const one of this.people) if (!one.read() && this.random.below(3) === 0) one.moveTo(this.cluster, this.node());
    if (this.random.below(6) === 0 && person.state === "live" && !person.client.socket.over)
      person.client.acknowledge();
  }

  private say(person: Person): void {
    const n = ++this.sent;
    const target = this.anybody();
    const others = this.people.filter((one) => one !== person);
    const [address, receivers] = this.random.pick<readonly [object, readonly Person[]]>([
      [{ toH: "h" }, others],
      [{ bc: "b" }, this.people],
      [{ to: target.name }, [target]],
      [{ toS: target.client.sid }, [target]],
      [{ to: [person.name, target.name] }, [...new Set([person, target])]],
    ]);
    const $ref = this.random.below(2) === 0 ? { $ref: n } : {};
    person.send({ ...$ref, ...address, n });
    if ("$ref" in $ref) person.results.set(n, receivers.length);
    for (const one of receivers) one.expected.getOrInsertComputed(person.client.sid, () => []).push(n);
  }

  /** Everybody connects again and reads everything. */
  async finish(): Promise<void> {
    for (let second = 0; second < 4; second++) {
      for (const one of this.people) if (!one.read()) one.moveTo(this.cluster, this.node());
      await this.cluster.settle();
      this.cluster.clock.advance(300);
      await this.cluster.settle();
    }
    for (const one of this.people) one.read();
  }

  check(): void {
    for (const { name, state, expected, received, results, replies } of this.people) {
      expect(`${name} ${state}`).toBe(`${name} live`);
      for (const [sender, numbers] of expected) expect([name, received.get(sender)]).toEqual([name, numbers]);
      for (const [ref, taken] of results) {
        const reply = replies.get(ref);
        expect([name, ref, isJsonObject(reply) ? reply.taken : reply]).toEqual([name, ref, taken]);
      }
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function run(seed: number, stops: boolean): Promise<void> {
  const random = new Random(seed);
  const cluster = await createMemoryCluster(NODES);
  const world = new World(cluster, random);
  await world.begin();
  let stopped: Promise<void> | undefined;
  for (let step = 0; step < STEPS; step++) {
    world.act();
    if (stops && step === STEPS / 2) {
      world.stopping = 1;
      stopped = cluster.node(1).node.core.handover?.moveAll();
    }
    for (let frames = random.below(14); frames > 0; frames--) cluster.network.flushOne(random.below(100));
    if (random.below(3) === 0) await turn();
    if (random.below(5) === 0) cluster.clock.advance(random.below(4));
  }
  await world.finish();
  await stopped;
  await world.finish();
  world.check();
  const { sessions } = cluster.node(1).node.core;
  if (stops) expect(world.people.filter(({ client }) => sessions.has(client.sid))).toEqual([]);
  for (const { node } of cluster.nodes) expect(node.core.moving.size).toBe(0);
  expect(world.people.reduce((sum, { moves }) => sum + moves, 0)).toBeGreaterThan(10);
}

describe("R71 R73 R168 M5 sessions that move between nodes at any moment: every message once, in order, with its result", () => {
  for (let seed = 1; seed <= 12; seed++) test(`seed ${seed}`, () => run(seed, false));
});

describe("R82 R168 the same while a node stops", () => {
  for (let seed = 1; seed <= 12; seed++) test(`seed ${seed}`, () => run(seed, true));
});
