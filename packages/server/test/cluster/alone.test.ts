import { expect, test } from "bun:test";
import { clusterHealth } from "../../src/start/cluster.ts";
import type { MemoryCluster } from "../kit/memory-cluster.ts";
import { createMemoryCluster } from "../kit/memory-cluster.ts";

/** Lets seconds pass on all nodes. */
async function seconds({ clock, nodes, settle }: MemoryCluster, count: number): Promise<void> {
  for (let second = 0; second < count; second++) {
    clock.advance(1_000);
    for (const { node } of nodes) node.tick();
    await settle();
  }
}

test("R160 a node that loses the others serves its own sessions, says so, and joins again", async () => {
  const cluster = await createMemoryCluster(3);
  const { client, network, settle, node } = cluster;
  const ann = await client(1, "Ann");
  const amy = await client(1, "Amy");
  const bob = await client(2, "Bob");
  bob.result({ $watch: ["Ann"] });
  ann.send({ $watch: ["Bob"] });
  await settle();
  ann.received();
  network.lose("n1");
  await settle();
  expect(ann.received()).toEqual([{ $cluster: { alone: true } }]);
  expect(node(1).cluster.isAlone).toBe(true);
  ann.send({ $ref: 1, to: "Amy", n: 1 });
  expect(ann.received()).toEqual([{ $ref: 1, $result: { taken: 1 } }]);
  expect(amy.receivedValues("n")).toEqual([1]);
  ann.send({ $ref: 2, to: "Bob", n: 2 });
  await settle();
  expect(ann.received()).toEqual([{ $ref: 2, $result: { taken: 0, missed: { node: 1 } } }]);
  await seconds(cluster, 7);
  expect(bob.received()).toEqual([{ $offline: "Ann" }]);
  expect(ann.received()).toEqual([{ $offline: "Bob" }]);
  expect(ann.fault({ to: "Bob", n: 3 })).toBe("no-such-name");
  expect(bob.fault({ to: "Ann", n: 4 })).toBe("no-such-name");
  expect(node(2).cluster.nodes).toBe(2);
  network.join("n1");
  await settle();
  expect(ann.received()).toEqual([{ $cluster: { alone: false } }, { $online: "Bob" }]);
  // Nothing that was sent in between comes later.
  expect(bob.received()).toEqual([{ $online: "Ann" }]);
  ann.send({ to: "Bob", n: 5 });
  await settle();
  expect(bob.receivedValues("n")).toEqual([5]);
  expect(node(3).cluster.nodes).toBe(3);
});

test("R160 a link that is replaced within five seconds changes nothing for clients", async () => {
  const cluster = await createMemoryCluster(2);
  const { client, network, settle } = cluster;
  const ann = await client(1, "Ann");
  const bob = await client(2, "Bob");
  for (const one of [ann, bob]) {
    one.send({ joinHub: "h", $presence: true });
    await settle();
  }
  bob.send({ $watch: ["Ann"] });
  await settle();
  for (const one of [ann, bob]) one.received();
  network.lose("n1");
  await seconds(cluster, 2);
  // Ann's attributes change while nobody can be told.
  ann.send({ joinHub: "h", $attributes: { mood: "fine" } });
  network.join("n1");
  await settle();
  expect(bob.received()).toEqual([{ $changed: { hub: "h", name: "Ann", sid: ann.sid, attributes: { mood: "fine" } } }]);
  expect(ann.received()).toEqual([{ $cluster: { alone: true } }, { $cluster: { alone: false } }]);
});

test("R160 R20 R33 the members and calls of a node that dies are gone within ten seconds", async () => {
  const cluster = await createMemoryCluster(3);
  const { client, network, settle, node } = cluster;
  const ann = await client(1, "Ann");
  const bob = await client(2, "Bob");
  const cid = await client(3, "Cid");
  ann.send({ joinHub: "h", $presence: true });
  await settle();
  bob.send({ joinHub: "h" });
  await settle();
  ann.send({ $ref: 1, to: "Bob", $call: { id: 7 } });
  await settle();
  bob.send({ $ref: 1, to: "Cid", $call: { id: 8 } });
  await settle();
  ann.received();
  cid.received();
  network.kill("n2");
  for (let second = 0; second < 10 && node(1).cluster.nodes === 3; second++) {
    cluster.clock.advance(1_000);
    await settle();
  }
  const received = ann.received();
  expect(received).toContainEqual({ $left: { hub: "h", name: "Bob", sid: bob.sid } });
  expect(received).toContainEqual({ $answer: { id: 7, fault: expect.objectContaining({ code: "callee-gone" }) } });
  // A call whose caller is gone is cancelled.
  expect(cid.received()).toEqual([{ $call: { cancel: 8 }, sID: bob.sid }]);
  expect(node(3).node.core.openCalls.count).toBe(0);
});

test("R161 a node that does not answer is counted after 250 ms, and the next frame waits for that", async () => {
  const cluster = await createMemoryCluster(2);
  const { client, network, settle, clock } = cluster;
  const ann = await client(1, "Ann");
  await client(2, "Bob");
  network.separate("n1", "n2");
  ann.send({ $ref: 1, to: "Bob" }).send({ $ref: 2, $time: true });
  await settle();
  expect(ann.received()).toEqual([]);
  clock.advance(300);
  await settle();
  const [first, second] = ann.received();
  expect(first).toEqual({ $ref: 1, $result: { taken: 0, missed: { node: 1 } } });
  expect(second).toHaveProperty("$ref", 2);
  network.reunite();
  await seconds(cluster, 3);
  ann.send({ $ref: 3, to: "Bob" });
  await settle();
  expect(ann.received()).toEqual([{ $ref: 3, $result: { taken: 1 } }]);
});

test("R161 R33 a call whose only receivers do not answer in time is closed, and its caller is told", async () => {
  const { client, network, settle, clock, node } = await createMemoryCluster(2);
  const ann = await client(1, "Ann");
  const bob = await client(2, "Bob");
  network.separate("n1", "n2");
  ann.send({ $ref: 1, to: "Bob", $call: { id: 7 } }).send({ to: "Bob", $call: { id: 8 } });
  await settle();
  clock.advance(300);
  await settle();
  const gone = (id: number) => ({ $answer: { id, fault: expect.objectContaining({ code: "callee-gone" }) } });
  expect(ann.received()).toEqual([{ $ref: 1, $result: { taken: 0, missed: { node: 1 } } }, gone(7)]);
  clock.advance(300);
  await settle();
  expect(ann.received()).toEqual([gone(8)]);
  expect(node(1).node.core.openCalls.count).toBe(0);
  expect(bob.receivedValues("to")).toEqual([]);
});

test("R161 R36 a message of a legacy client whose only receivers do not answer is not counted as dropped", async () => {
  const { client, network, node, settle, clock } = await createMemoryCluster(3);
  const cid = node(1).legacy("Cid");
  await settle();
  for (const at of [2, 3]) {
    await client(at, "Bob");
    await client(at, "Eve");
  }
  const drops = (): number => node(1).node.core.counters.drops["no-recipient"] ?? 0;
  // Answers of calls, which those of achex.2 do not get, and lists, are counted: everybody says that nobody took it.
  cid.send({ to: "Bob", $answer: { id: 1 } });
  await settle();
  expect(drops()).toBe(1);
  for (const other of ["n2", "n3"]) network.separate("n1", other);
  cid.send({ to: "Bob", $answer: { id: 1 } }).send({ to: ["Bob", "Eve"], n: 1 });
  await settle();
  clock.advance(300);
  await settle();
  expect(drops()).toBe(1);
});

test("R162 session ids are leased in blocks, and a node that is alone closes connections when it has none left", async () => {
  const { network, node, settle } = await createMemoryCluster(2);
  const { blocks } = node(1).cluster;
  const taken = new Set<number>();
  for (let count = 0; count < 20_000; count++) taken.add(blocks.next(() => false) ?? 0);
  await settle();
  const others = new Set(Array.from({ length: 20_000 }, () => node(2).cluster.blocks.next(() => false) ?? 0));
  for (const id of others) expect(taken.has(id) && id !== 0).toBe(false);
  network.lose("n1");
  let id = blocks.next(() => false);
  while (id !== undefined) id = blocks.next(() => false);
  expect(blocks.next(() => false)).toBeUndefined();
});

test("R160 R165 a node that is connected and hears no other node is not alone: it says how many nodes it knows, and cannot decide what needs the log", async () => {
  const cluster = await createMemoryCluster(3);
  const { client, network, settle, node } = cluster;
  const ann = await client(1, "Ann");
  const bob = await client(2, "Bob");
  for (const one of [ann, bob]) {
    one.send({ $ref: 1, joinHub: "h", $state: true });
    await settle();
    one.received();
  }
  // Its part of the servers is the smaller one.
  for (const other of ["n2", "n3"]) network.separate("n1", other);
  network.log.minority.add("n1");
  await seconds(cluster, 7);
  expect(node(1).cluster.isAlone).toBe(false);
  expect(clusterHealth(node(1).node.core)).toEqual({ cluster: "joined", node: "n1", nodes: 1 });
  expect(ann.receivedValues("$cluster")).toEqual([]);
  expect(ann.fault({ to: "Bob", n: 1 })).toBe("no-such-name");
  ann.send({ $ref: 2, $set: { hub: "h", values: { k: 1 } } });
  bob.send({ $ref: 2, $set: { hub: "h", values: { k: 2 } } });
  await seconds(cluster, 6);
  expect([ann, bob].map((one) => one.takeReplies(2)[0]?.fault)).toEqual(["no-quorum", undefined]);
  network.reunite();
  network.log.minority.clear();
  network.log.joined("n1");
  await seconds(cluster, 8);
  expect(clusterHealth(node(1).node.core)).toMatchObject({ cluster: "joined", nodes: 3 });
  ann.send({ to: "Bob", n: 3 });
  await settle();
  expect(bob.receivedValues("n")).toEqual([3]);
});
