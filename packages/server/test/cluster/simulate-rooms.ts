import { Random } from "../sim/random.ts";
import { RoomWorld } from "./rooms-world.ts";

const NODES = 3;
const STEPS = 150;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Rooms of a cluster, used at random for a while; throws when any two clients were sent what cannot both be true. */
export async function simulateRooms(seed: number, withTrouble: boolean): Promise<void> {
  const random = new Random(seed);
  const world = await RoomWorld.create(NODES, random);
  const { network } = world.cluster;
  for (let step = 0; step < STEPS; step++) {
    world.act();
    if (withTrouble && random.below(10) === 0) await world.trouble();
    for (let frames = random.below(16); frames > 0; frames--) network.flushOne(random.below(100));
    if (random.below(3) === 0) await turn();
    if (random.below(25) === 0) await world.seconds(1);
    world.collectAll();
  }
  await world.heal();
  await world.check();
  await world.end();
}
