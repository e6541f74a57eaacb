import type { World } from "./world.ts";

export interface Trouble {
  /** Nodes lose their connections, or do not hear each other. */
  readonly links: boolean;
  /** Frames of one node to another are held up, and arrive late. */
  readonly delays: boolean;
  /** Nodes vanish, and start again. */
  readonly deaths: boolean;
}

/** Whether anything can go wrong at all. */
export const isCalm = ({ links, delays, deaths }: Trouble): boolean => !links && !delays && !deaths;

const NODES = ["n1", "n2", "n3"] as const;

/** Something goes wrong, or right again. */
export async function makeTrouble(world: World, trouble: Trouble): Promise<void> {
  const { cluster, random } = world;
  const { network } = cluster;
  const node = random.pick(NODES);
  const other = random.pick(NODES);
  const choice = random.weighted({
    lose: trouble.links ? 2 : 0,
    join: trouble.links ? 2 : 0,
    separate: trouble.links ? 2 : 0,
    isolate: trouble.links ? 1 : 0,
    reunite: trouble.links ? 2 : 0,
    holdUp: trouble.delays ? 4 : 0,
    release: trouble.delays ? 4 : 0,
    wait: 3,
    pause: 4,
    kill: trouble.deaths ? 1 : 0,
    start: trouble.deaths ? 2 : 0,
  });
  if (choice === "lose") network.lose(node);
  else if (choice === "join") network.join(...NODES);
  else if (choice === "separate" && node !== other) network.separate(node, other);
  else if (choice === "isolate") for (const one of NODES) if (one !== node) network.separate(node, one);
  if (choice === "reunite") network.reunite();
  else if (choice === "holdUp" && node !== other) network.holdUp(node, other);
  else if (choice === "release") network.release();
  else if (choice === "wait") cluster.clock.advance(random.below(3_000));
  // About as long as a node waits for the others.
  else if (choice === "pause") cluster.clock.advance(random.below(150));
  else if (choice === "kill" && cluster.nodes.length > 1) world.kill(node);
  else if (choice === "start" && !cluster.nodes.some(({ name }) => name === node)) await cluster.start(node);
}

/** Everything works again; nodes that are gone stay so, or not. */
export async function heal({ cluster, random }: World): Promise<void> {
  cluster.network.reunite();
  cluster.network.release();
  cluster.network.join(...NODES);
  for (const node of NODES)
    if (!cluster.nodes.some(({ name }) => name === node) && random.chance(0.5)) await cluster.start(node);
}
