import { expect } from "bun:test";
import { createMemoryCluster } from "../../kit/memory-cluster.ts";
import { Random } from "../random.ts";
import type { Person } from "./person.ts";
import { heal, isCalm, makeTrouble, type Trouble } from "./trouble.ts";
import { HUBS, isSettled, World } from "./world.ts";

const NODES = 3;
/** By then, everybody must know what is true (PROTOCOL.md R160). */
const SECONDS_TO_RECOVER = 10;

export interface ClusterSimOptions {
  readonly seed: number;
  readonly steps: number;
  readonly trouble: Trouble;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Clients who act at random on nodes whose frames arrive in any order between pairs, late, or not at all. */
export async function simulateCluster({ seed, steps, trouble }: ClusterSimOptions): Promise<void> {
  const random = new Random(seed);
  const world = new World(await createMemoryCluster(NODES), random);
  const { cluster } = world;
  try {
    for (let step = 0; step < steps; step++) {
      world.act();
      if (!isCalm(trouble) && random.chance(0.12)) await makeTrouble(world, trouble);
      for (let frames = random.below(12); frames > 0; frames--) cluster.network.flushOne(random.below(1_000));
      if (random.chance(0.3)) await turn();
      world.read();
    }
    await heal(world);
    for (let second = 0; second < SECONDS_TO_RECOVER; second++) {
      await cluster.settle();
      cluster.clock.advance(1_000);
      for (const { node } of cluster.nodes) node.tick();
    }
    await cluster.settle();
    world.read();
    world.ledger.checkResults();
    if (isCalm(trouble)) expect(world.ledger.missing(wasThere(world))).toBeUndefined();
    checkViews(world);
    checkCalls(world);
    await checkMessages(world);
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** Whether a person has been in one of the places since message `n`. */
const wasThere =
  ({ people }: World) =>
  (person: Person, places: readonly string[], n: number): boolean =>
    people.includes(person) &&
    places.some((place) => isSettled(person, place) && (person.settledSince.get(place) ?? 0) < n);

/** Everybody knows what is true, on every node. */
function checkViews({ people, cluster }: World): void {
  for (const { cluster: one } of cluster.nodes) expect(one.nodes).toBe(cluster.nodes.length);
  const names = [...new Set(people.map(({ name }) => name))].toSorted();
  for (const { hubs, rosters, online } of people) {
    for (const hub of hubs) {
      const members = people.filter((other) => other.hubs.has(hub)).map(({ sid }) => sid);
      expect([...(rosters.get(hub) ?? [])].toSorted()).toEqual(members.toSorted());
    }
    expect([...online].toSorted()).toEqual(names);
  }
}

/** A call ends with its caller and with the last of its callees. */
function checkCalls({ people, ledger }: World): void {
  for (const { sid, calls } of people) {
    for (const id of calls) {
      const isWithSomebody = people.some(({ callsReceived }) =>
        callsReceived.some((call) => call.caller === sid && call.id === id),
      );
      if (!isWithSomebody) throw new Error(`nobody has call ${id} of session ${sid}, which is still open`);
    }
  }
  // Callees are not told when another has answered.
  for (const { sid, callsReceived } of people)
    for (const { caller, id } of callsReceived)
      if (ledger.openCalls.has(id) && !people.some((one) => one.sid === caller))
        throw new Error(`session ${sid} has call ${id} of session ${caller}, which is gone`);
}

/** Each message reaches exactly those that it is for, and its result says how many. */
async function checkMessages({ people, cluster }: World): Promise<void> {
  for (const sender of people) {
    for (const hub of HUBS) {
      sender.client.send({ $ref: 0, toH: hub, check: hub });
      await cluster.settle();
      const receivers = people.filter((one) => one !== sender && one.hubs.has(hub));
      expect(sender.client.takeReplies(0)).toEqual([{ result: { taken: receivers.length }, fault: undefined }]);
      for (const one of people)
        expect(one.client.receivedValues("check")).toEqual(receivers.includes(one) ? [hub] : []);
    }
  }
}
