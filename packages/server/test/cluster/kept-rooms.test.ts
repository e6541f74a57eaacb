import { expect, test } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { Achex2Client } from "../kit/achex2-client.ts";
import { KeptCluster } from "../kit/kept-cluster.ts";

const MINUTE = 60_000;
/** Longer than until a dead node is noticed, and what it had is gone. */
const UNTIL_GONE = 12_000;

let refs = 0;

/** The result of a request, or the code of its fault. */
async function ask(kept: KeptCluster, client: Achex2Client, frame: JsonObject): Promise<unknown> {
  const $ref = ++refs;
  client.send({ $ref, ...frame });
  await kept.cluster.settle();
  const [reply] = client.takeReplies($ref);
  return reply?.fault ?? reply?.result;
}

async function client(kept: KeptCluster, node: string, name: string): Promise<Achex2Client> {
  const connected = kept.node(node).connectClient();
  connected.send({ auth: name });
  await kept.cluster.settle();
  connected.received();
  return connected;
}

const follow = { joinHub: "k", $state: true };
const set = (values: JsonObject, more: JsonObject = {}): JsonObject => ({ $set: { hub: "k", values, ...more } });

/** What a client that begins to follow is sent. */
async function stateAt(kept: KeptCluster, node: string): Promise<JsonObject> {
  const reader = await client(kept, node, "Reader");
  await ask(kept, reader, { ...follow, $host: false });
  const [state] = reader.receivedValues("$state");
  await ask(kept, reader, { leaveHub: "k" });
  if (!isJsonObject(state)) throw new Error("no state was sent");
  return state;
}

function expectSame(kept: KeptCluster): void {
  const [first, ...others] = kept.replicas();
  for (const other of others) expect(other).toBe(String(first));
}

test("[R148 R167] the state of a kept room outlives its members, and its options too, on every node", async () => {
  const kept = await KeptCluster.create(3);
  const ann = await client(kept, "n1", "Ann");
  await ask(kept, ann, { ...follow, $room: { seats: 3, password: "x", closed: true } });
  const { version } = Object(await ask(kept, ann, set({ k: 1, gone: 2 })));
  await ask(kept, ann, { $set: { hub: "k", values: {}, delete: ["gone"] } });
  await ask(kept, ann, set({ mine: 1 }, { own: true }));
  await ask(kept, ann, { leaveHub: "k" });
  await kept.pass(3_000);
  expect(kept.nodes.map(({ node }) => node.core.rooms.bytes)).toEqual([0, 0, 0]);
  const bob = await client(kept, "n2", "Bob");
  expect(await ask(kept, bob, follow)).toBe("room-password");
  const kim = kept.node("n3").connectClient();
  kim.send({ auth: "Kim" });
  await kept.cluster.settle();
  expect(await ask(kept, bob, { joinHub: "k", passwd: "y" })).toBe("room-password");
  expect(await ask(kept, bob, { ...follow, passwd: "x", $room: { seats: 9 } })).toEqual({ count: 1 });
  expect(bob.receivedValues("$room")).toMatchObject([{ options: { seats: 3, closed: false, password: true } }]);
  const after = Object(await ask(kept, bob, set({ l: 2 })));
  expect(after.version).toBeGreaterThan(version);
  expectSame(kept);
});

test("[R148] a room that nobody has written to ends with its members; one that is kept is the same for who asks later", async () => {
  const kept = await KeptCluster.create(2, { ageOf: ({ name }) => (name === "k" ? 0 : undefined) });
  const ann = await client(kept, "n1", "Ann");
  for (const joinHub of ["k", "other"]) await ask(kept, ann, { joinHub, $state: true });
  await ask(kept, ann, { $set: { hub: "other", values: { k: 1 } } });
  for (const leaveHub of ["k", "other"]) await ask(kept, ann, { leaveHub });
  await kept.pass(2_000);
  expect([...kept.store("n1").disk.rooms.keys()]).toEqual([]);
  expect(await ask(kept, ann, { joinHub: "k", $room: { seats: 4 } })).toEqual({ count: 1 });
  await ask(kept, ann, { leaveHub: "k" });
  await kept.pass(2_000);
  for (const name of ["n1", "n2"]) expect(kept.store(name).disk.rooms.size).toBe(1);
});

test("[R148 R165] a node that was killed comes to the same state as the others, and what was confirmed while it was away", async () => {
  const kept = await KeptCluster.create(3);
  const [ann, bob] = [await client(kept, "n1", "Ann"), await client(kept, "n2", "Bob")];
  for (const one of [ann, bob]) await ask(kept, one, follow);
  await ask(kept, ann, set({ a: 1, b: 1 }));
  await ask(kept, bob, set({ mine: 1 }, { own: true }));
  await kept.pass(2_000);
  // After the last checkpoint of the node that dies.
  await ask(kept, ann, set({ a: 2 }));
  await kept.kill("n2");
  for (let count = 0; count < 5; count++) await ask(kept, ann, { $set: { hub: "k", increment: { n: 1 } } });
  await kept.pass(UNTIL_GONE);
  await kept.start("n2");
  await kept.pass(1_000);
  expectSame(kept);
  expect((await stateAt(kept, "n2")).values).toEqual({ a: 2, b: 1, n: 5 });
  expectSame(kept);
});

test("[R148 R103 R112] after a restart of all nodes, everything confirmed is there; versions and terms are higher", async () => {
  const kept = await KeptCluster.create(3);
  const [ann, bob] = [await client(kept, "n1", "Ann"), await client(kept, "n3", "Bob")];
  for (const one of [ann, bob]) await ask(kept, one, follow);
  await ask(kept, ann, set({ a: 1, gone: 1 }));
  await kept.pass(2_000);
  await ask(kept, bob, set({ b: { deep: [1] } }));
  await ask(kept, bob, { $set: { hub: "k", values: {}, delete: ["gone"] } });
  await ask(kept, ann, { $room: { hub: "k", capacity: 5 } });
  const { version } = Object(await ask(kept, ann, set({ mine: 1 }, { own: true })));
  const [{ term }] = [Object(ann.receivedValues("$room").at(-1))];
  for (const name of ["n1", "n2", "n3"]) await kept.kill(name);
  for (const name of ["n1", "n2", "n3"]) await kept.start(name);
  await kept.pass(UNTIL_GONE);
  expectSame(kept);
  const cid = await client(kept, "n2", "Cid");
  expect(await ask(kept, cid, follow)).toEqual({ count: 1 });
  const frames = cid.received().filter(isJsonObject);
  const state = Object(frames.find((one) => one.$state)?.$state);
  const room = Object(frames.find((one) => one.$room)?.$room);
  expect(state.values).toEqual({ a: 1, b: { deep: [1] } });
  expect(state.version).toBeGreaterThan(version);
  expect(room).toMatchObject({ host: { name: "Cid" }, options: { capacity: 5 } });
  expect(room.term).toBeGreaterThan(term);
  expectSame(kept);
});

test("[R148 R165] kept rooms are not lost when the log no longer has the entries that made them", async () => {
  const kept = await KeptCluster.create(3);
  const ann = await client(kept, "n1", "Ann");
  await ask(kept, ann, follow);
  await ask(kept, ann, set({ a: 1 }));
  await ask(kept, ann, set({ mine: 1 }, { own: true }));
  await ask(kept, ann, { $room: { hub: "k", capacity: 1 } });
  await kept.pass(3_000);
  const { log } = kept.cluster.network;
  const { sharedLog } = kept.node("n1").cluster;
  const shard = sharedLog.shardOf("root");
  for (const name of ["n1", "n2", "n3"]) await kept.kill(name);
  log.drop(shard, log.last(shard));
  // Alone at first: nobody can give it a copy, and only its storage knows of the member that is gone.
  await kept.start("n2");
  await kept.pass(5_000 + UNTIL_GONE);
  expect((await stateAt(kept, "n2")).values).toEqual({ a: 1 });
  for (const name of ["n1", "n3"]) await kept.start(name);
  await kept.pass(UNTIL_GONE);
  expect((await stateAt(kept, "n3")).values).toEqual({ a: 1 });
  expectSame(kept);
});

test("[R148] a room is read from the storage only when all that is known of it is certain there", async () => {
  const kept = await KeptCluster.create(2);
  const store = kept.store("n2");
  store.isImmediate = false;
  const ann = await client(kept, "n1", "Ann");
  for (const a of [1, 2]) {
    await ask(kept, ann, follow);
    await ask(kept, ann, set({ a }));
    await ask(kept, ann, { leaveHub: "k" });
    await kept.pass(1_000);
  }
  store.commit(1);
  expect((await stateAt(kept, "n2")).values).toEqual({ a: 2 });
  store.commit();
  store.isImmediate = true;
  await kept.pass(2_000);
  expect(kept.node("n2").node.core.rooms.bytes).toBe(0);
  expect((await stateAt(kept, "n2")).values).toEqual({ a: 2 });
});

test("[R148 R165] a node that is new copies kept rooms, with and without members, and goes on with the log", async () => {
  const kept = await KeptCluster.create(2);
  const ann = await client(kept, "n1", "Ann");
  for (const joinHub of ["k", "empty"]) await ask(kept, ann, { joinHub, $state: true });
  await ask(kept, ann, set({ a: 1 }));
  await ask(kept, ann, { $set: { hub: "empty", values: { e: 1 } } });
  await ask(kept, ann, { leaveHub: "empty" });
  await kept.pass(3_000);
  const { log } = kept.cluster.network;
  const shard = kept.node("n1").cluster.sharedLog.shardOf("root");
  log.drop(shard, log.last(shard));
  await ask(kept, ann, { $set: { hub: "k", increment: { a: 1 } } });
  await kept.start("n3");
  await kept.pass(2_000);
  expect(kept.node("n3").cluster.sharedLog.isCaughtUp).toBe(true);
  expectSame(kept);
  const bob = await client(kept, "n3", "Bob");
  await ask(kept, bob, { joinHub: "empty", $state: true });
  expect(bob.receivedValues("$state")).toMatchObject([{ values: { e: 1 } }]);
  expect((await stateAt(kept, "n3")).values).toEqual({ a: 2 });
  expectSame(kept);
});

test("[R148 R165] on the side without a quorum a write of a kept room is no-quorum, and is nowhere; the other side goes on", async () => {
  const kept = await KeptCluster.create(3);
  const [ann, bob] = [await client(kept, "n1", "Ann"), await client(kept, "n2", "Bob")];
  for (const one of [ann, bob]) await ask(kept, one, follow);
  await ask(kept, ann, set({ a: 1 }));
  const { network } = kept.cluster;
  network.log.minority.add("n1");
  ann.send({ $ref: 9_000, ...set({ a: 2 }) });
  await kept.pass(6_000);
  expect(ann.takeReplies(9_000)).toMatchObject([{ fault: "no-quorum" }]);
  expect(await ask(kept, bob, set({ b: 1 }))).toMatchObject({});
  expect((await stateAt(kept, "n3")).values).toEqual({ a: 1, b: 1 });
  network.log.minority.clear();
  network.log.joined("n1");
  await kept.pass(2_000);
  expectSame(kept);
  expect((await stateAt(kept, "n1")).values).toEqual({ a: 1, b: 1 });
});

test("[R148 R111 R112] when the node of the host dies, the next follower is host in one term for all; nobody's own keys stay", async () => {
  const kept = await KeptCluster.create(3);
  const [ann, bob, cid] = [
    await client(kept, "n1", "Ann"),
    await client(kept, "n2", "Bob"),
    await client(kept, "n3", "Cid"),
  ];
  for (const one of [ann, bob, cid]) await ask(kept, one, follow);
  await ask(kept, ann, set({ mine: 1 }, { own: true }));
  await ask(kept, ann, set({ a: 1 }));
  await kept.kill("n1");
  await kept.pass(UNTIL_GONE);
  const told = [bob, cid].map((one) => one.receivedValues("$host").at(-1));
  expect(told[0]).toMatchObject({ name: "Bob" });
  expect(told[1]).toEqual(told[0]);
  expectSame(kept);
  expect((await stateAt(kept, "n3")).values).toEqual({ a: 1 });
  await kept.start("n1");
  await kept.pass(1_000);
  expectSame(kept);
});

test("[R148] a kept room without members is deleted once, by the time of the log, when it has not changed for long", async () => {
  const kept = await KeptCluster.create(3, { ageOf: () => MINUTE });
  const ann = await client(kept, "n1", "Ann");
  await ask(kept, ann, follow);
  const { version } = Object(await ask(kept, ann, set({ a: 1 })));
  kept.cluster.clock.advance(3 * MINUTE);
  await kept.pass(3_000);
  expect((await stateAt(kept, "n2")).values).toEqual({ a: 1 });
  await ask(kept, ann, { leaveHub: "k" });
  await kept.pass(5_000);
  for (const name of ["n1", "n2", "n3"]) expect(kept.store(name).disk.rooms.size).toBe(0);
  const state = await stateAt(kept, "n3");
  expect(state.values).toEqual({});
  expect(Number(state.version)).toBeGreaterThan(version);
  expectSame(kept);
});

test("[R148] what the storage of the asked node does not take is rejected there, and changes nothing anywhere", async () => {
  const kept = await KeptCluster.create(2);
  const ann = await client(kept, "n1", "Ann");
  kept.store("n1").obstacle = "keep-full";
  expect(await ask(kept, ann, { ...follow, $room: { seats: 2 } })).toBe("keep-full");
  expect(await ask(kept, ann, follow)).toEqual({ count: 1 });
  expect(await ask(kept, ann, set({ a: 1 }))).toBe("keep-full");
  expect(await ask(kept, ann, { $room: { hub: "k", seats: 2 } })).toBe("keep-full");
  kept.store("n1").obstacle = undefined;
  expect(await ask(kept, ann, set({ a: 1 }))).toMatchObject({});
  expect((await stateAt(kept, "n2")).values).toEqual({ a: 1 });
});

test("[R148] a storage that cannot be read rejects joins at its node; the log waits for it, and nothing is left out", async () => {
  const kept = await KeptCluster.create(2);
  const ann = await client(kept, "n1", "Ann");
  await ask(kept, ann, follow);
  await ask(kept, ann, set({ a: 1 }));
  await ask(kept, ann, { leaveHub: "k" });
  await kept.pass(3_000);
  kept.store("n2").isUnreadable = true;
  const bob = await client(kept, "n2", "Bob");
  expect(await ask(kept, bob, { joinHub: "k" })).toBe("keep-failed");
  await ask(kept, ann, follow);
  for (let count = 0; count < 3; count++) await ask(kept, ann, { $set: { hub: "k", increment: { a: 1 } } });
  expect(kept.store("n2").failures).not.toEqual([]);
  kept.store("n2").isUnreadable = false;
  await kept.pass(2_000);
  expectSame(kept);
  expect((await stateAt(kept, "n2")).values).toEqual({ a: 4 });
});
