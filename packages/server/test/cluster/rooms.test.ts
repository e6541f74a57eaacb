import { expect, test } from "bun:test";
import type { JsonObject } from "@achex/protocol";
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
