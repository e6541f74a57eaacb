import { type DiskLoss, NODES } from "./nodes.ts";
import type { ClusterKeptSimulator } from "./simulator.ts";

export interface KeptTrouble {
  /** Nodes lose their connections or the quorum, do not hear each other, or do not learn what was stored. */
  readonly links: boolean;
  /** Frames between nodes come late, and disks are full for a while. */
  readonly delays: boolean;
  /** Nodes vanish, perhaps with what they had written last, and start again. */
  readonly deaths: boolean;
}

/** How likely things are. */
const LINKS = { lose: 2, join: 2, separate: 2, reunite: 2, minority: 2, majority: 2, silence: 1 };
const DELAYS = { holdUp: 2, release: 2, fill: 1, empty: 1 };
const DEATHS = { note: 1, kill: 2, start: 3 };

const none = <Weights extends object>(weights: Weights): Weights =>
  Object.assign({ ...weights }, ...Object.keys(weights).map((key) => ({ [key]: 0 })));

/** Something goes wrong, or right again. */
export async function makeTrouble(sim: ClusterKeptSimulator, trouble: KeptTrouble): Promise<void> {
  const { nodes, random } = sim;
  const { network, clock } = nodes.cluster;
  const [node, other] = [random.pick(NODES), random.pick(NODES)];
  const choice = random.weighted({
    ...(trouble.links ? LINKS : none(LINKS)),
    ...(trouble.delays ? DELAYS : none(DELAYS)),
    ...(trouble.deaths ? DEATHS : none(DEATHS)),
    ...{ wait: 2, pause: 4 },
  });
  sim.log(`${choice} ${node} ${other}`);
  if (choice === "lose") network.lose(node);
  else if (choice === "join") network.join(...NODES);
  else if (choice === "separate" && node !== other) network.separate(node, other);
  else if (choice === "reunite") network.reunite();
  else if (choice === "minority") network.log.minority.add(node);
  else if (choice === "majority") endMinority(sim);
  else if (choice === "silence") network.log.losesAnswers = !network.log.losesAnswers;
  if (choice === "holdUp" && node !== other) network.holdUp(node, other);
  else if (choice === "release") network.release();
  else if (choice === "fill" || choice === "empty") nodes.fill(node, choice === "fill");
  else if (choice === "note") nodes.disks.note(node);
  else if (choice === "kill") kill(sim, node);
  else if (choice === "start") await nodes.restart(node);
  if (choice === "wait") clock.advance(random.below(6_000));
  else if (choice === "pause") clock.advance(random.below(150));
}

function kill(sim: ClusterKeptSimulator, name: string): void {
  const { nodes, random, people } = sim;
  if (!nodes.cluster.nodes.some((one) => one.name === name)) return;
  const loss = random.weighted<DiskLoss>({ nothing: 4, end: 2, all: 1 }) ?? "nothing";
  sim.log(`${name} dies and loses ${loss}`);
  for (const person of people) if (person.node?.name === name) person.bereave();
  nodes.kill(name, loss);
}

function endMinority({ nodes }: ClusterKeptSimulator): void {
  const { log } = nodes.cluster.network;
  const names = [...log.minority];
  log.minority.clear();
  for (const name of names) log.joined(name);
}

/** Everything works again. */
export async function heal(sim: ClusterKeptSimulator): Promise<void> {
  const { nodes } = sim;
  const { network } = nodes.cluster;
  sim.log("heal");
  network.log.losesAnswers = false;
  endMinority(sim);
  network.reunite();
  network.release();
  network.join(...NODES);
  for (const name of NODES) {
    nodes.fill(name, false);
    await nodes.restart(name);
  }
}
