import { type BatchEntry, batchEntry, encodeBatch } from "../../src/cluster/log-batch.ts";
import { SHARDS } from "../../src/cluster/shared-log.ts";
import type { Achex2Client } from "../kit/achex2-client.ts";
import { createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import { recordedLog } from "../kit/recorded-log.ts";
import { Random } from "../sim/random.ts";
import { CopyReader } from "./copy-reader.ts";
import { hostileBytes, hostileJson } from "./mutations.ts";

const ROOM = ["root", "hub", "h"];
const FACT = { session: 3, name: "Ann", isAway: false, wants: true, seat: null };

/** Entries as the nodes write them, by kind. */
const ENTRIES: readonly (readonly [kind: string, body: unknown])[] = [
  [
    "room",
    {
      room: ROOM,
      do: "join",
      fact: FACT,
      isMember: false,
      isFirst: true,
      passwordDigest: null,
      state: true,
      holders: ["p"],
    },
  ],
  [
    "room",
    {
      room: ROOM,
      do: "join",
      fact: { ...FACT, session: 9 },
      seat: true,
      options: { seats: 4, capacity: 9 },
      holders: [],
    },
  ],
  [
    "room",
    { room: ROOM, do: "write", session: 3, write: { values: [["k", "1"]], increments: [["n", 2]] }, holders: [] },
  ],
  [
    "room",
    { room: ROOM, do: "write", session: 9, write: { deletions: ["k"], conditions: [["k", 1]], own: true, term: 5 } },
  ],
  [
    "room",
    { room: ROOM, do: "options", session: 3, options: { seats: 3, closed: true, grace: 5, passwordDigest: "x" } },
  ],
  ["room", { room: ROOM, do: "hand-over", session: 3, to: 9 }],
  ["room", { room: ROOM, do: "members", present: [FACT, { ...FACT, session: 9, seat: 1 }], left: [4] }],
  ["room", { room: ROOM, do: "absent", process: "p" }],
  ["room", { room: ROOM, do: "grace-over", host: 3, term: 1_024 }],
  ["room", { room: ROOM, do: "term", term: 1_024 }],
  ["claim", ["claim", "root\0Ann", "hash", "127.0.0.1"]],
  ["claim", ["use", "root\0Ann", "hash"]],
  ["claim", ["free", "root\0Ann"]],
  ["keep", ["root", "hub", "h", 3, "id"]],
  ["confirm", ["root", "hub", "h", "phone", 3]],
  ["forget", ["root", "hub", "h", 3]],
  ["gone", "forger-2.1"],
  ["gone", "n2-forged.1"],
];

/** Bytes that somebody may append to the log: batches of nodes, nearly. */
export function forgedBatch(random: Random): Uint8Array {
  if (random.chance(0.1)) {
    const bytes = new Uint8Array(random.below(200));
    for (let index = 0; index < bytes.length; index++) bytes[index] = random.below(256);
    return bytes;
  }
  const entries: BatchEntry[] = [];
  for (let count = 1 + random.below(3); count > 0; count--) {
    const [kind, body] = ENTRIES[random.below(ENTRIES.length)] ?? ["room", null];
    const text = random.chance(0.8) ? hostileJson(body, random, []) : JSON.stringify(body);
    const payload = random.chance(0.3) ? "{}" : undefined;
    const entry = batchEntry(random.below(100), kind, null, payload);
    // The third element is the body.
    const headText = entry.headText.replace(/^(\[\d+,"\w+",)null/, (_, before: string) => before + text);
    entries.push({
      ...entry,
      headText: random.chance(0.1) ? hostileJson(JSON.parse(entry.headText), random, []) : headText,
    });
  }
  const bytes = encodeBatch("forger", `forger-${random.below(5)}.1`, entries);
  const changed = random.chance(0.15) ? hostileBytes(bytes, random) : bytes;
  // A batch of a later version would stop both nodes, as it must.
  if (changed.length > 0) changed[0] = random.chance(0.9) ? 1 : 0;
  return changed;
}

/** Two nodes read what somebody has appended to their log; both decide the same, and their clients go on. */
export async function simulateForgedLog(seed: number, count: number): Promise<void> {
  const random = new Random(seed);
  const cluster = await createMemoryCluster(0);
  const log = recordedLog();
  await cluster.add("n1", { log });
  await cluster.add("n2");
  const { network, settle, client, clock, nodes } = cluster;
  const [ann, bob] = [await client(1, "Ann"), await client(2, "Bob")];
  for (const one of [ann, bob]) await joined(cluster, one);
  const bus = network.bus("forger")({ connected() {}, disconnected() {}, received() {} });
  for (let entry = 0; entry < count; entry++) {
    const shard = random.chance(0.7) ? nodes[0]?.cluster.sharedLog.shardOf("root") : random.below(SHARDS);
    void bus.append(shard ?? 0, forgedBatch(random), `forged ${entry}`);
    if (entry % 10 > 0) continue;
    await settle();
    clock.advance(random.below(400));
  }
  await settle();
  for (let second = 0; second < 10; second++) {
    clock.advance(1_000);
    for (const { node } of nodes) node.tick();
    await settle();
  }
  const { failed = 0 } = cluster.node(1).cluster.sharedLog.refused.counts;
  if (failed > 0) throw new Error(`an entry threw: ${JSON.stringify(log.events)}`);
  const reader = new CopyReader(cluster);
  for (const part of ["nodes", "rooms"]) {
    const [one, other] = [await reader.read("n1", part), await reader.read("n2", part)];
    if (one !== other) throw new Error(`the nodes differ about ${part}: ${one} and ${other}`);
  }
  for (const [one, other] of [
    [ann, bob],
    [bob, ann],
  ] as const)
    await writes(cluster, one, other);
}

async function joined({ settle }: MemoryCluster, one: Achex2Client): Promise<void> {
  one.send({ joinHub: "mine", $state: true });
  await settle();
  one.received();
}

/** A room of which no forged entry knows. */
async function writes({ settle }: MemoryCluster, one: Achex2Client, other: Achex2Client): Promise<void> {
  one.received();
  other.received();
  one.send({ $ref: 77, $set: { hub: "mine", values: { by: one.sid } } });
  await settle();
  const [reply] = one.takeReplies(77);
  if (!reply?.result) throw new Error(`a write after forged entries: ${JSON.stringify(reply)}`);
  const states = JSON.stringify(other.receivedValues("$state"));
  if (!states.includes(`"by":${one.sid}`)) throw new Error(`a follower got ${states}`);
}
