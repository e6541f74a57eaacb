import { expect, test } from "bun:test";
import { createSimulatedRelay } from "../../server/test/kit/simulated-relay.ts";
import { connect, type Room } from "../src/index.ts";
import { ManualClock } from "./kit/manual-clock.ts";
import { memoryNetwork } from "./kit/memory-network.ts";
import { randomFrom } from "./kit/random.ts";
import { settled } from "./kit/scripted-client.ts";
import { until } from "./kit/until.ts";

const CLIENTS = 50;
const STEPS = 10_000;

interface Tally {
  sent: number;
  delivered: number;
  unknown: number;
  refused: number;
  repeated: number;
}

/** 50 clients of one node, dropped at random while they send; every send must come to an end that is true. */
async function createSimulation(seed: number, resume: boolean) {
  const random = randomFrom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const clock = new ManualClock();
  const node = await createSimulatedRelay();
  const network = memoryNetwork(node, random);
  const tally: Tally = { sent: 0, delivered: 0, unknown: 0, refused: 0, repeated: 0 };
  /** How often each message arrived. */
  const arrived = new Map<string, number>();
  const wrong: string[] = [];
  const step = { now: 0 };
  const count = { losses: 0 };
  const lastDrop = new Map<number, number>();
  /** What was confirmed, with its receiver and the step in which it was sent. */
  const confirmed: { id: string; to: number; at: number }[] = [];
  const clients = Array.from({ length: CLIENTS }, (_, n) => {
    const client = connect("ws://node", { name: `c${n}`, WebSocket: network.WebSocket, clock, random, resume });
    const room: Room<object> = client.hub("hall");
    void room.join({ presence: true, attributes: { n } });
    client.on("state", (state) => state === "waiting" && lastDrop.set(n, step.now));
    client.on("lost", () => count.losses++);
    client.on("message", ({ data }) => {
      const id = String(Object(data).id);
      arrived.set(id, (arrived.get(id) ?? 0) + 1);
    });
    return { client, room };
  });
  /** Time passes at both ends. */
  const advance = (milliseconds: number) => {
    node.advance(milliseconds);
    clock.advance(milliseconds);
  };
  const world = { clock, advance, node, network };
  const record = { tally, wrong, lastDrop, confirmed, arrived, count };
  return { random, pick, clients, step, ...world, ...record };
}

type Simulation = Awaited<ReturnType<typeof createSimulation>>;

/** Sends a message from one of the clients to another, and notes how that ends. */
function send({ pick, random, step, tally, wrong, clients, arrived, confirmed }: Simulation, id: string): void {
  const from = clients[pick(CLIENTS)];
  const repeatable = random() < 0.3;
  const to = pick(CLIENTS);
  const at = step.now;
  tally.sent++;
  from?.client
    .to(`c${to}`)
    .send({ id }, { repeatable })
    .then(
      () => {
        tally.delivered++;
        confirmed.push({ id, to, at });
        if (!repeatable && (arrived.get(id) ?? 0) > 1) wrong.push(`${id} arrived twice`);
      },
      ({ code }) => {
        if (code === "unknown") tally.unknown++;
        else tally.refused++;
        if (code !== "unknown" && !repeatable && arrived.has(id)) wrong.push(`${id} arrived and was refused: ${code}`);
      },
    );
}

test.each([
  [1, false, "each send ends as delivered, refused or unknown"],
  [2, true, "everything arrives exactly once"],
  [3, true, "everything arrives exactly once"],
] as const)(
  `R60, R61, R73: ${CLIENTS} clients, ${STEPS} steps, seed %d, resume %p: %s; rosters converge`,
  async (seed, resume) => {
    const simulation = await createSimulation(seed, resume);
    const { random, clock, advance, node, network, tally, clients, wrong } = simulation;
    // Everybody loads presence and is in, before anything drops.
    await until("everybody to be in", async () => {
      advance(1);
      network.flush();
      await node.settle();
      return clients.every(({ room }) => room.members.length === CLIENTS);
    });
    for (let step = 0; step < STEPS; step++) {
      const dice = random();
      simulation.step.now = step;
      if (dice < 0.55) send(simulation, `m${step}`);
      else if (dice < 0.6) network.dropOne();
      else if (dice < 0.85) network.flushSome();
      else advance(simulation.pick(500));
      await node.settle();
    }
    for (let turn = 0; turn < 100; turn++) {
      advance(1_000);
      network.flush();
      await settled();
      await node.settle();
    }
    // A confirmed message has reached its session, so only the end of that one's connection can have lost it.
    for (const { id, to, at } of simulation.confirmed) {
      if (!simulation.arrived.has(id) && (simulation.lastDrop.get(to) ?? -1) < at)
        wrong.push(`${id} was confirmed and is lost`);
    }
    expect(wrong).toEqual([]);
    expect(tally.delivered + tally.unknown + tally.refused).toBe(tally.sent);
    expect(tally.delivered).toBeGreaterThan(1_000);
    if (resume) {
      expect([tally.unknown, tally.refused, simulation.count.losses]).toEqual([0, 0, 0]);
      expect([...simulation.arrived.values()].filter((count) => count !== 1)).toEqual([]);
      expect(simulation.arrived.size).toBe(tally.sent);
    } else expect(tally.unknown).toBeGreaterThan(50);
    expect(network.drops).toBeGreaterThan(300);
    const all = clients.map((_, n) => `c${n}`).toSorted();
    for (const { client, room } of clients) {
      expect(client.state).toBe("ready");
      expect(room.members.map(({ name }) => name).toSorted()).toEqual(all);
      expect(room.members.every(({ name, attributes }) => name === `c${attributes.n}`)).toBe(true);
    }
    for (const { client } of clients) client.close();
    expect(clock.pending).toBe(0);
  },
  60_000,
);
