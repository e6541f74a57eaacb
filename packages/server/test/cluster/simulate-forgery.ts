import { isJsonObject } from "@achex/protocol";
import { encodeFrame } from "../../src/cluster/frames.ts";
import type { Achex2Client } from "../kit/achex2-client.ts";
import { createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import { recordedLog } from "../kit/recorded-log.ts";
import { Random } from "../sim/random.ts";
import { Forger } from "./forger.ts";
import { hostileBytes, hostileJson } from "./mutations.ts";
import type { Recorded } from "./recorded-frames.ts";

interface World {
  readonly cluster: MemoryCluster;
  readonly forger: Forger;
  readonly random: Random;
  readonly frames: readonly Recorded[];
  /** The link of node 2. */
  linkOfOther(): string;
}

/** Frames that a node gets which another one could have sent, nearly; afterwards all must be as if they had not come. */
export async function simulateForgery(frames: readonly Recorded[], seed: number, count: number): Promise<void> {
  const random = new Random(seed);
  const cluster = await createMemoryCluster(0);
  const log = recordedLog();
  await cluster.add("n1", { log });
  await cluster.add("n2");
  const { node, network, settle, client, clock } = cluster;
  const linkOf = (of: number, name: string): string =>
    [...node(of).cluster.peers].find((one) => one.node === name)?.link ?? "";
  const forger = new Forger(network, () => linkOf(2, "n1"));
  const world: World = { cluster, forger, random, frames, linkOfOther: () => linkOf(1, "n2") };
  // Recorded frames have the ids of the first sessions.
  for (let id = 0; id < 500; id++) node(1).cluster.blocks.next(() => false);
  const people = {
    ann: await client(1, "Ann"),
    amy: await client(1, "Amy"),
    bob: await client(2, "Bob"),
    // In an instance that no forged frame names.
    eve: node(1).achex2("Eve", "quiet"),
    eva: node(1).achex2("Eva", "quiet"),
  };
  await settle();
  for (const one of Object.values(people)) {
    one.send({ joinHub: "h", $presence: true });
    await settle();
  }
  for (const one of Object.values(people)) one.received();
  forger.introduce();
  for (let sent = 0; sent < count; sent++) {
    if (sent % 25 === 0) forger.liveAgain(random.chance(0.1) ? "n2" : "n9");
    forge(world);
    network.flush();
    if (sent % 10 === 0) await settle();
    if (sent % 40 === 0) {
      clock.advance(random.below(1_500));
      for (const { node: one } of cluster.nodes) one.tick();
      await settle();
    }
    if (sent % 50 === 0) serves(people.eve, people.eva, sent);
  }
  await recovers(world);
  const { failed = 0 } = node(1).cluster.links.refused;
  if (failed > 0)
    throw new Error(`a frame threw: ${JSON.stringify(log.events.filter(({ fields }) => fields.reason === "failed"))}`);
  serves(people.eve, people.eva, count);
  await asBefore(cluster, people);
}

function forge({ forger, random, frames, linkOfOther, cluster }: World): void {
  const recorded = frames[random.below(frames.length)];
  if (!recorded) return;
  const { head, body } = recorded;
  const text = hostileJson(head, random, frames);
  const action = random.below(20);
  if (action < 11) forger.next(text, random.chance(0.8) ? body : hostileBody(random));
  else if (action < 13) forger.next(JSON.stringify(head), random.chance(0.5) ? body : hostileBody(random));
  else if (action === 13) {
    const [peer] = Array.from(cluster.node(1).cluster.peers).filter(({ node }) => node === "n2");
    forger.frame(linkOfOther(), (peer?.received ?? 0) + (random.chance(0.7) ? 1 : 5), text, body);
  } else if (action === 14) forger.frame("nobody", random.below(5), text, body);
  else if (action === 15) forger.raw(hostileBytes(encodeFrame({ from: "x", number: 1, head, body }), random));
  else if (action === 16) forger.rawToAll(hostileBytes(new Uint8Array(random.below(64)), random));
  else if (action === 17) {
    const replay = forger.heard[random.below(forger.heard.length)];
    if (replay) forger.raw(random.chance(0.5) ? replay : hostileBytes(replay, random));
  } else if (action === 18)
    forger.announce(random.chance(0.5) ? linkOfOther() : `link${random.below(4)}`, introductionOf(random));
  else forger.frame(linkOfOther(), 0, random.chance(0.5) ? '["again"]' : text);
}

const hostileBody = (random: Random): string | Uint8Array | undefined =>
  random.chance(0.3)
    ? undefined
    : random.chance(0.5)
      ? hostileJson([{ id: 1 }], random, [])
      : hostileBytes(new Uint8Array(40), random);

function introductionOf(random: Random): string {
  const node = random.pick(["n1", "n2", "n7", "", "x".repeat(1_000)]);
  return hostileJson(["beat", node, `i${random.below(5)}`, random.below(4)], random, []);
}

/** What clients of the node do among themselves goes on, in the same turn. */
function serves(one: Achex2Client, other: Achex2Client, n: number): void {
  const { result, fault } = one.request({ to: "Eva", n });
  if (result?.taken !== 1) throw new Error(`a message within the node: ${JSON.stringify(result ?? fault)}`);
  const heard = other.received().filter(isJsonObject);
  if (!heard.some((frame) => frame.n === n)) throw new Error("a message within the node has not arrived");
  const foreign = [...heard, ...one.received().filter(isJsonObject)].filter(
    (frame) => frame.n !== n && !isNotice(frame),
  );
  if (foreign.length > 0) throw new Error(`clients of another instance received ${JSON.stringify(foreign)}`);
}

const isNotice = (frame: object): boolean => "$cluster" in frame;

/** The forger is silent until it is taken for dead. */
async function recovers({ cluster, forger, linkOfOther }: World): Promise<void> {
  await seconds(cluster, 12);
  if (!forger.spokeFor.has(linkOfOther())) return;
  // What a node could have said of its members is believed until its stream begins again, even if another said it. Usually that is soon:
  // its own frame with the same number is refused and the stream asked for again, but only a second after the last time.
  cluster.network.lose("n2");
  cluster.network.join("n2");
  await seconds(cluster, 2);
}

async function seconds({ clock, settle, nodes }: MemoryCluster, count: number): Promise<void> {
  for (let second = 0; second < count; second++) {
    clock.advance(1_000);
    for (const { node } of nodes.slice(0, 2)) node.tick();
    await settle();
  }
}

/** Both nodes know each other and their clients, and nobody else. */
async function asBefore(
  { nodes, node, settle }: MemoryCluster,
  people: Record<"ann" | "amy" | "bob" | "eve" | "eva", Achex2Client>,
): Promise<void> {
  const { ann, bob } = people;
  for (const {
    cluster,
    node: { core },
  } of nodes) {
    const expected = cluster.node === "n1" ? 4 : 1;
    const found = {
      nodes: cluster.nodes,
      sessions: core.sessions.size,
      moving: core.moving.size,
      places: cluster.places.size,
      calls: core.openCalls.count,
      waiting: cluster.links.waiting,
    };
    const wanted = { nodes: 2, sessions: expected, moving: 0, places: 0, calls: 0, waiting: 0 };
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      throw new Error(`${cluster.node} is not as before: ${JSON.stringify(found)}`);
  }
  for (const [from, name, to, $ref] of [
    [ann, "Bob", bob, 901],
    [bob, "Ann", ann, 902],
  ] as const) {
    to.received();
    from.send({ $ref, to: name, n: $ref });
    await settle();
    const [reply] = from.takeReplies($ref);
    if (reply?.result?.taken !== 1) throw new Error(`a message to ${name}: ${JSON.stringify(reply)}`);
    if (!to.receivedValues("n").includes($ref)) throw new Error(`${name} did not receive a message`);
  }
  ann.send({ $ref: 903, $members: { hub: "h" } });
  await settle();
  const [roster] = ann.takeReplies(903);
  const names = JSON.stringify(roster?.result?.members).match(/"name":"[^"]*"/g);
  if (roster?.result?.count !== 3 || names?.length !== 3) throw new Error(`the roster is ${JSON.stringify(roster)}`);
  for (const one of Object.values(people)) one.disconnect();
  await settle();
  for (const index of [1, 2]) {
    const left = node(index).leftovers();
    if (Object.values(left).some((number) => number > 0))
      throw new Error(`n${index} still has ${JSON.stringify(left)}`);
  }
}
