import { expect, test } from "bun:test";
import { createSimulatedRelay, type SimulatedRelay } from "../../server/test/kit/simulated-relay.ts";
import { Random } from "../../server/test/sim/random.ts";
import { type Client, connect, type Data, type Room } from "../src/index.ts";
import { lossyNetwork } from "./kit/lossy-network.ts";
import { ManualClock } from "./kit/manual-clock.ts";
import { settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

type Untyped = Record<never, never>;

const CLIENTS = 8;
const STEPS = 1_500;

interface Person {
  readonly name: string;
  readonly client: Client<Untyped>;
  readonly room: Room<Data>;
  /** Number of the last message sent. */
  sent: number;
  /** Number of the latest message received, by sender: numbers of one sender must grow. */
  readonly latest: Map<string, number>;
}

/** What was sent, to whom, and what became of it. */
interface Sent {
  readonly receivers: readonly string[];
  outcome: string | undefined;
  readonly arrived: string[];
}

/** Clients of one node, whose connections fail at random while they send, ask and answer. */
class Simulation {
  readonly random: Random;
  readonly clock = new ManualClock();
  readonly network: ReturnType<typeof lossyNetwork>;
  readonly people: Person[];
  readonly messages = new Map<string, Sent>();
  readonly wrong: string[] = [];
  readonly tally = { resumed: 0, lost: 0, replayed: 0, asked: 0, answered: 0 };
  private elapsed = 0;

  /** `intercept`: see LossyNetworkOptions. */
  private constructor(
    readonly relay: SimulatedRelay,
    seed: number,
    intercept?: (text: string) => string | undefined,
  ) {
    this.random = new Random(seed);
    const random = () => this.random.next();
    this.network = lossyNetwork({ node: relay, random, ...(intercept && { intercept }) });
    this.people = Array.from({ length: CLIENTS }, (_, n) => this.join(`c${n}`));
  }

  static async create(seed: number, intercept?: (text: string) => string | undefined): Promise<Simulation> {
    return new Simulation(await createSimulatedRelay({ sessionsPerAddress: 0 }), seed, intercept);
  }

  /** Time passes for the clients and for the node. */
  advance(milliseconds: number): void {
    this.clock.advance(milliseconds);
    this.relay.advance(milliseconds);
    for (this.elapsed += milliseconds; this.elapsed >= 1_000; this.elapsed -= 1_000) this.relay.tick();
  }

  async settle(): Promise<void> {
    await settled();
    await this.relay.settle();
  }

  step(): void {
    const { random, network } = this;
    const actions = {
      send: () => this.send(),
      ask: () => this.ask(),
      attributes: () => void this.person().room.setAttributes({ n: random.below(9) }),
      cut: () => network.cutOne(),
      notice: () => network.noticeOne(),
      flush: () => network.flushSome(),
      wait: () => this.advance(random.below(400)),
    };
    const action = random.weighted({ send: 25, ask: 5, attributes: 2, cut: 8, notice: 10, flush: 45, wait: 16 });
    if (action) actions[action]();
  }

  private person(): Person {
    const [first, ...rest] = this.people;
    if (!first) throw new Error("there is nobody");
    return this.random.pick([first, ...rest]);
  }

  private join(name: string): Person {
    const { network, clock, random, tally } = this;
    const client = connect<Untyped>("ws://node", {
      name,
      WebSocket: network.WebSocket,
      clock,
      random: () => random.next(),
    });
    const room: Room<Data> = client.hub("hall");
    const person: Person = { name, client, room, sent: 0, latest: new Map() };
    void room.join({ presence: true, attributes: { n: 0 } });
    client.on("message", ({ from, data }) => this.arrived(person, from, data));
    client.on("resumed", ({ replayed }) => {
      tally.resumed++;
      tally.replayed += replayed;
    });
    client.on("lost", () => tally.lost++);
    client.on("fault", ({ code }) => this.wrong.push(`${name} got the fault ${code}`));
    client.handle(({ n }: { n?: unknown }) => ({ answer: n }));
    return person;
  }

  private arrived(receiver: Person, from: string, { n }: Data): void {
    if (typeof n !== "number") return;
    const id = `${from} ${n}`;
    this.messages.get(id)?.arrived.push(receiver.name);
    if (n <= (receiver.latest.get(from) ?? 0)) this.wrong.push(`${id} reached ${receiver.name} late`);
    receiver.latest.set(from, n);
  }

  private send(): void {
    const { random } = this;
    const sender = this.person();
    const n = ++sender.sent;
    const target = random.weighted({ name: 5, session: 2, hall: 5 });
    const receiver = this.person();
    const { sid } = receiver.client;
    const hall = this.people.filter((one) => one !== sender).map(({ name }) => name);
    const sent: Sent = { receivers: target === "hall" ? hall : [receiver.name], outcome: undefined, arrived: [] };
    this.messages.set(`${sender.name} ${n}`, sent);
    const to =
      target === "hall"
        ? sender.room
        : target === "session" && sid !== undefined
          ? sender.client.session(sid)
          : sender.client.to(receiver.name);
    const promise = random.chance(0.2) ? to.sendBinary(new Uint8Array(3), { n }) : to.send({ n });
    promise.then(
      () => {
        sent.outcome = "delivered";
      },
      ({ code }) => {
        sent.outcome = String(code);
      },
    );
  }

  private ask(): void {
    const { tally } = this;
    const asker = this.person();
    const n = ++tally.asked;
    asker.client.ask(this.person().name, { n }, { timeout: 0 }).then(
      ({ answer }: { answer?: unknown }) => {
        tally.answered++;
        if (answer !== n) this.wrong.push(`question ${n} was answered ${answer}`);
      },
      ({ code }) => this.wrong.push(`question ${n} ended as ${code}`),
    );
  }
}

/** Everybody connects, connections fail for a while, and then everything is delivered that still can be. */
async function run(simulation: Simulation): Promise<void> {
  const { people, network } = simulation;
  // Everybody is in before anything fails.
  await until("everybody to be in", async () => {
    simulation.advance(1);
    network.flush();
    await simulation.settle();
    return people.every(({ room }) => room.members.length === CLIENTS);
  });
  for (let step = 0; step < STEPS; step++) {
    simulation.step();
    await simulation.settle();
  }
  for (let second = 0; second < 60; second++) {
    simulation.advance(1_000);
    network.flush();
    await simulation.settle();
  }
}

test.each([1, 2, 3, 4, 5, 6])(
  `R71, R73, R80: ${CLIENTS} clients on a network that fails, seed %d: everything happens exactly once, in order`,
  async (seed) => {
    const simulation = await Simulation.create(seed);
    const { people, network, messages, wrong, tally, clock } = simulation;
    await run(simulation);
    for (const [id, { receivers, arrived, outcome }] of messages) {
      if (outcome !== "delivered") wrong.push(`${id} ended as ${outcome}`);
      if (arrived.toSorted().join() !== receivers.toSorted().join())
        wrong.push(`${id} was sent to ${receivers} and reached ${arrived}`);
    }
    expect(wrong).toEqual([]);
    expect(tally).toMatchObject({ lost: 0, answered: tally.asked });
    expect(network.drops).toBeGreaterThan(20);
    expect(tally.resumed).toBeGreaterThan(20);
    expect(tally.replayed).toBeGreaterThan(20);
    const names = people.map(({ name }) => name).toSorted();
    for (const { client, room } of people) {
      expect(client.state).toBe("ready");
      expect(room.members.map(({ name, away }) => `${name}${away ? " away" : ""}`).toSorted()).toEqual(names);
      expect(room.members.map(({ sid, attributes }) => [sid, attributes])).toEqual(
        people[0]?.room.members.map(({ sid, attributes }) => [sid, attributes]) ?? [],
      );
    }
    for (const { client } of people) client.close();
    expect(clock.pending).toBe(0);
  },
  30_000,
);

const UNKNOWN = '{"$fault":{"code":"unknown-key","message":"","remedy":"","link":"","retry":false}}';

test("R61, R70: on a server that does not know resume, sends end as delivered or unknown, nothing arrives twice or late", async () => {
  const simulation = await Simulation.create(7, (text) => (text.startsWith('{"$resume":') ? UNKNOWN : undefined));
  const { people, messages, wrong, tally, network } = simulation;
  await run(simulation);
  const outcomes = new Set<string | undefined>();
  for (const [id, { receivers, arrived, outcome }] of messages) {
    outcomes.add(outcome);
    if (new Set(arrived).size < arrived.length) wrong.push(`${id} arrived twice`);
    if (arrived.some((name) => !receivers.includes(name))) wrong.push(`${id} went astray`);
  }
  expect(wrong.filter((what) => !/question \d+ ended as (unknown|callee-gone|no-such-name)/.test(what))).toEqual([]);
  expect(
    [...outcomes].filter(
      (outcome) => !["delivered", "unknown", "no-such-name", "no-such-session"].includes(String(outcome)),
    ),
  ).toEqual([]);
  expect(tally.resumed).toBe(0);
  expect(tally.lost).toBeGreaterThan(20);
  expect(network.drops).toBeGreaterThan(20);
  for (const { client } of people) expect(client.state).toBe("ready");
  for (const { client } of people) client.close();
}, 30_000);
