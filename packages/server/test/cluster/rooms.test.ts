import { expect, test } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { Achex2Client, Reply } from "../kit/achex2-client.ts";
import { createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";

let refs = 1_000;

/** The reply to a frame that other nodes have a part in. */
async function request(cluster: MemoryCluster, client: Achex2Client, frame: JsonObject): Promise<Reply> {
  const $ref = ++refs;
  client.send({ $ref, ...frame });
  await cluster.settle();
  const [reply] = client.takeReplies($ref);
  if (!reply) throw new Error(`${JSON.stringify(frame)} had no reply`);
  return reply;
}

async function result(cluster: MemoryCluster, client: Achex2Client, frame: JsonObject): Promise<JsonObject> {
  const { result: known, fault } = await request(cluster, client, frame);
  if (!known) throw new Error(`${JSON.stringify(frame)} was rejected: ${fault}`);
  return known;
}

const follow = { joinHub: "h", $state: true };

async function createRoom(): Promise<{ cluster: MemoryCluster; people: readonly [Achex2Client, Achex2Client] }> {
  const cluster = await createMemoryCluster(2);
  const ann = await cluster.client(1, "Ann");
  const bob = await cluster.client(2, "Bob");
  await result(cluster, ann, follow);
  await result(cluster, bob, follow);
  for (const one of [ann, bob]) one.received();
  return { cluster, people: [ann, bob] };
}

test("[R101 R102 R111 R167] followers on two nodes have one state and one host", async () => {
  const cluster = await createMemoryCluster(2);
  const ann = await cluster.client(1, "Ann");
  const bob = await cluster.client(2, "Bob");
  expect(await result(cluster, ann, follow)).toEqual({ count: 1 });
  const [first, room] = ann.received();
  expect(first).toMatchObject({ $state: { hub: "h", whole: true, values: {} } });
  expect(room).toMatchObject({ $room: { host: { name: "Ann", sid: ann.sid } } });
  const written = await result(cluster, ann, { $set: { hub: "h", values: { k: 1 } } });
  expect(await result(cluster, bob, follow)).toEqual({ count: 2 });
  const [state, shown] = bob.received();
  expect(state).toEqual({ $state: { hub: "h", version: written.version, whole: true, values: { k: 1 } } });
  expect(shown).toMatchObject({ $room: { host: { name: "Ann", sid: ann.sid } } });
  ann.received();
  const next = await result(cluster, bob, { $set: { hub: "h", increment: { k: 2 } } });
  expect(next).toEqual({ version: Number(written.version) + 1, values: { k: 3 } });
  const change = { $state: { hub: "h", version: next.version, values: { k: 3 } } };
  expect(ann.received()).toEqual([change]);
  expect(bob.received()).toEqual([change]);
});

test("[R112 R114] the next host is the same for all, and a term of the old one is stale on each node", async () => {
  const { cluster, people } = await createRoom();
  const [ann, bob] = people;
  const cid = await cluster.client(2, "Cid");
  await result(cluster, cid, follow);
  cid.received();
  ann.disconnect();
  await cluster.settle();
  const [told] = bob.receivedValues("$host");
  expect(told).toMatchObject({ hub: "h", name: "Bob", sid: bob.sid });
  expect(cid.receivedValues("$host")).toEqual([told]);
});

test("[R120 R122] options and seats are decided once for all nodes", async () => {
  const cluster = await createMemoryCluster(3);
  const [ann, bob] = [await cluster.client(1, "Ann"), await cluster.client(2, "Bob")];
  const $room = { capacity: 3, seats: 1, password: "x" };
  const joining = { joinHub: "h", passwd: "x", $seat: true, $presence: true };
  expect(await result(cluster, ann, { ...joining, $room })).toEqual({ count: 1, seat: 1 });
  expect(ann.receivedValues("$roster")).toMatchObject([{ members: [{ sid: ann.sid, seat: 1 }] }]);
  expect(await request(cluster, bob, { joinHub: "h" })).toMatchObject({ fault: "room-password" });
  expect(await result(cluster, bob, joining)).toEqual({ count: 2, seat: null });
  expect(await result(cluster, await cluster.client(3, "Cid"), joining)).toEqual({ count: 3, seat: null });
  expect(await request(cluster, await cluster.client(1, "Dan"), joining)).toMatchObject({ fault: "room-full" });
  expect(await result(cluster, ann, { joinHub: "h", $seat: false })).toEqual({ count: 3, seat: null });
  expect(await result(cluster, bob, { joinHub: "h", $seat: 1 })).toEqual({ count: 3, seat: 1 });
});

test("[R107 R167] a write that is larger than the log takes is rejected like any that is larger than a room", async () => {
  const { cluster, people } = await createRoom();
  const [ann] = people;
  for (const count of [30, 70]) {
    const values = Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "x".repeat(10_000)]));
    const { fault } = await request(cluster, ann, { $set: { hub: "h", values } });
    expect(fault).toBe("state-full");
  }
});

/** Learns the room from all that a follower was sent, and returns the versions. */
function learn(known: Map<string, unknown>, client: Achex2Client): number[] {
  const versions: number[] = [];
  for (const state of client.receivedValues("$state").filter(isJsonObject)) {
    if (state.whole === true) known.clear();
    versions.push(Number(state.version));
    for (const [key, value] of Object.entries(state.values ?? {})) known.set(key, value);
  }
  return versions;
}

/** 100 writes of each of three writers at node 1, in one turn, while Bob follows at node 2. */
async function flood(text: string) {
  const cluster = await createMemoryCluster(3);
  const bob = await cluster.client(2, "Bob");
  const writers = [await cluster.client(1, "Ann"), await cluster.client(1, "Amy"), await cluster.client(1, "Abe")];
  for (const one of [bob, ...writers]) await result(cluster, one, follow);
  const known = new Map<string, unknown>();
  learn(known, bob);
  for (let n = 1; n <= 100; n++)
    for (const [index, writer] of writers.entries())
      writer.send({ $ref: n, $set: { hub: "h", values: { [`k${index}`]: [n, text] } } });
  await cluster.settle();
  const written = writers.flatMap((writer) => writer.receivedValues("$result")).filter(isJsonObject);
  const versions = written.map(({ version }) => Number(version)).sort((one, other) => one - other);
  expect(new Set(versions).size).toBe(300);
  const last = versions.at(-1);
  const values = { k0: [100, text], k1: [100, text], k2: [100, text] };
  for (const node of [1, 2, 3]) {
    const late = await cluster.client(node, `Late${node}`);
    await result(cluster, late, follow);
    expect(late.receivedValues("$state")).toEqual([{ hub: "h", version: last, whole: true, values }]);
  }
  return { bob, known, versions, values };
}

test("[R102 R104 R167] of writes that flood in at one node, a follower at another is sent each, in order", async () => {
  const { bob, known, versions, values } = await flood("x");
  expect(learn(known, bob)).toEqual(versions);
  expect(Object.fromEntries(known)).toEqual(values);
});

test("[R108 R167] of large writes that flood in at one node, a follower at another gets the last one when it has read those before", async () => {
  const { bob, known, versions, values } = await flood("x".repeat(500));
  const first = learn(known, bob);
  expect(first).toEqual(versions.slice(0, first.length));
  expect(first.length).toBeLessThan(versions.length);
  expect(Object.fromEntries(known)).not.toEqual(values);
  bob.connection.session.drained();
  expect(learn(known, bob)).toEqual(versions.slice(-1));
  expect(Object.fromEntries(known)).toEqual(values);
});
