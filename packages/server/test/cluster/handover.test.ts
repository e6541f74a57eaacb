import { expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import { type ClusterNode, createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

async function seconds({ clock, nodes, settle }: MemoryCluster, count: number): Promise<void> {
  for (let second = 0; second < count; second++) {
    clock.advance(1_000);
    for (const { node } of nodes) node.tick();
    await settle();
  }
}

async function resuming(cluster: MemoryCluster, index: number, name: string): Promise<ResumingClient> {
  const client = new ResumingClient(cluster.node(index)).send({ $ref: 0, auth: name });
  await cluster.settle();
  client.frames();
  return client;
}

/** Connects to another node and presents the token; returns `$resumed`. */
async function resumeAt(cluster: MemoryCluster, client: ResumingClient, node: ClusterNode) {
  client.moveTo(node).reconnect();
  await cluster.settle();
  return client.finishResume();
}

test("R73 R168 a session is resumed on another node: what it missed is replayed, and what it is in comes with it", async () => {
  const cluster = await createMemoryCluster(3);
  const { settle, node } = cluster;
  const ann = await resuming(cluster, 1, "Ann");
  const bob = await cluster.client(2, "Bob");
  const cid = await cluster.client(1, "Cid");
  ann.send({ joinHub: "h", $presence: true }).send({ $watch: ["Bob"] });
  await settle();
  for (const one of [bob, cid]) {
    one.send({ joinHub: "h", $presence: true }).send({ $watch: ["Ann"] });
    await settle();
    one.received();
  }
  ann.frames();
  ann.drop();
  bob.send({ to: "Ann", n: 1 });
  await settle();
  cid.send({ toH: "h", n: 2 });
  await settle();
  for (const one of [bob, cid]) one.received();
  const resumed = await resumeAt(cluster, ann, node(3));
  expect(resumed).toMatchObject({ sid: ann.sid, name: "Ann", replay: 2 });
  expect(ann.frames().flatMap((frame) => ("n" in frame ? [frame.n] : []))).toEqual([1, 2]);
  // Nobody has noticed.
  expect(bob.received()).toEqual([]);
  expect(cid.received()).toEqual([]);
  expect(node(1).node.core.sessions.has(ann.sid)).toBe(false);
  for (const [index, sender] of [bob, cid].entries()) {
    sender.send({ $ref: 1, to: "Ann", n: 10 + index }).send({ $ref: 2, toS: ann.sid, n: 20 + index });
    sender.send({ $ref: 3, toH: "h", n: 30 + index });
    await settle();
    expect(sender.takeReplies(1)[0]?.result).toEqual({ taken: 1 });
    expect(sender.takeReplies(2)[0]?.result).toEqual({ taken: 1 });
    expect(sender.takeReplies(3)[0]?.result).toEqual({ taken: 2 });
  }
  expect(ann.values("n")).toEqual([10, 20, 30, 11, 21, 31]);
  bob.received();
  ann.send({ $ref: 9, toH: "h", n: 5 });
  await settle();
  expect(ann.values("$result")).toEqual([{ taken: 2 }]);
  expect(bob.receivedValues("n")).toEqual([5]);
  ann.drop(1000);
  await settle();
  const left = bob.received();
  expect(left).toContainEqual({ $left: { hub: "h", name: "Ann", sid: ann.sid } });
  expect(left).toContainEqual({ $offline: "Ann" });
  for (const { cluster: one } of cluster.nodes) expect(one.places.size).toBe(0);
});

test("R74 R168 a session that is live elsewhere is taken from its connection, and moves on and back", async () => {
  const cluster = await createMemoryCluster(3);
  const ann = await resuming(cluster, 1, "Ann");
  const bob = await cluster.client(2, "Bob");
  const first = ann.socket;
  for (const [turn, index] of [2, 3, 1, 2, 1].entries()) {
    const resumed = await resumeAt(cluster, ann, cluster.node(index));
    expect(resumed).toMatchObject({ sid: ann.sid, replay: 0 });
    bob.send({ $ref: turn, toS: ann.sid, n: turn });
    await cluster.settle();
    expect(bob.takeReplies(turn)[0]?.result).toEqual({ taken: 1 });
    expect(ann.values("n")).toEqual([turn]);
  }
  expect(first.closedWith).toMatchObject({ code: 4005 });
  ann.drop(1000);
  await cluster.settle();
  for (const { node, cluster: one } of cluster.nodes) {
    expect(one.places.size).toBe(0);
    expect(node.core.moving.size).toBe(0);
    expect(node.core.away.count).toBe(0);
  }
});

test("R168 calls go on wherever their parties are", async () => {
  const cluster = await createMemoryCluster(3);
  const { settle, node } = cluster;
  const ann = await resuming(cluster, 1, "Ann");
  const bob = await resuming(cluster, 2, "Bob");
  const call = { to: "Bob", $call: { id: 7, stream: true } };
  ann.send(call);
  await settle();
  bob.frames();
  await resumeAt(cluster, ann, node(2));
  bob.send({ $ref: 1, toS: ann.sid, $answer: { id: 7, credit: 100 } });
  await settle();
  expect(bob.values("$result")).toEqual([{ taken: 1 }]);
  await resumeAt(cluster, bob, node(3));
  await resumeAt(cluster, ann, node(1));
  bob.send({ $ref: 2, toS: ann.sid, $answer: { id: 7, credit: 50 } });
  await settle();
  expect(bob.values("$result")).toEqual([{ taken: 1 }]);
  expect(ann.values("$answer")).toEqual([
    { id: 7, credit: 100 },
    { id: 7, credit: 50 },
  ]);
  bob.send({ $ref: 3, to: "Ann", $call: { id: 8 } });
  await settle();
  bob.frames();
  await resumeAt(cluster, ann, node(3));
  ann.send({ $ref: 4, toS: bob.sid, $answer: { id: 8 }, ok: true });
  await settle();
  expect(bob.values("ok")).toEqual([true]);
  ann.drop(1000);
  await settle();
  expect(bob.values("$call")).toEqual([{ cancel: 7 }]);
  for (const one of cluster.nodes) expect(one.node.core.openCalls.count).toBe(0);
});

/** A client drops and resumes at another node, while three senders send it latest values `moments` times. */
async function latestMove(moments: number): Promise<void> {
  const cluster = await createMemoryCluster(3);
  const { settle, node, network } = cluster;
  const ann = await resuming(cluster, 1, "Ann");
  ann.send({ joinHub: "h" });
  const senders = [await cluster.client(1, "one"), await cluster.client(2, "two"), await cluster.client(3, "three")];
  await settle();
  ann.frames();
  ann.drop();
  const say = (n: number): void => {
    for (const sender of senders) {
      sender.send({ toH: "h", $latest: "a", n }).send({ to: "Ann", $latest: "b", n });
      sender.send({ toS: ann.sid, $latest: "c", n });
    }
  };
  say(1);
  await settle();
  ann.moveTo(node(3)).reconnect();
  for (let n = 2; n <= 1 + moments; n++) {
    for (let frames = 0; frames < 3; frames++) network.flushOne(n * 7 + frames);
    await new Promise((resolve) => setImmediate(resolve));
    say(n);
  }
  await settle();
  ann.finishResume();
  const heard = ann.frames().filter(({ $latest }) => $latest !== undefined);
  const byKey = Map.groupBy(heard, ({ sID, $latest }) => `${sID} ${$latest}`);
  expect(byKey.size).toBe(9);
  for (const frames of byKey.values()) {
    const values = frames.map(({ n }) => Number(n));
    expect(values.at(-1)).toBe(1 + moments);
    expect(values).toEqual(values.toSorted((one, other) => one - other));
  }
  say(99);
  await settle();
  expect(ann.values("n")).toEqual(Array.from({ length: 9 }, () => 99));
}

test("R130 R168 latest-value messages that wait for a session move with it, at each moment, and the newest of each key arrives", async () => {
  for (let moments = 0; moments < 12; moments++) await latestMove(moments);
});

test("R168 a node that does not answer: try again; a node that is dead: resume-gap", async () => {
  const cluster = await createMemoryCluster(3);
  const ann = await resuming(cluster, 1, "Ann");
  await seconds(cluster, 6);
  ann.frames();
  cluster.network.kill("n1");
  ann.moveTo(cluster.node(2)).reconnect();
  cluster.clock.advance(1_100);
  await cluster.settle();
  expect(ann.socket.closedWith).toMatchObject({ code: 4007 });
  const nodes = cluster.nodes.slice(1);
  for (let second = 0; second < 6; second++) {
    cluster.clock.advance(1_000);
    for (const { node } of nodes) node.tick();
    await cluster.settle();
  }
  ann.reconnect();
  await cluster.settle();
  const frames = ann.frames();
  expect(frames[0]).toEqual({ $fault: expect.objectContaining({ code: "resume-gap" }) });
  expect(frames[1]).toHaveProperty("$hello");
});

test("R82 R168 a node that stops hands its sessions to the others, with what waits for them", async () => {
  const cluster = await createMemoryCluster(3);
  const people: ResumingClient[] = [];
  for (let index = 0; index < 100; index++) {
    const one = await resuming(cluster, 1, `p${index}`);
    one.send({ joinHub: "h" });
    people.push(one);
  }
  await cluster.settle();
  for (const one of people) one.frames();
  const bob = await cluster.client(2, "Bob");
  const moving = cluster.node(1).node.core.handover?.moveAll();
  for (let n = 1; n <= 20; n++) {
    bob.send({ $ref: n, toH: "h", n });
    cluster.network.flush(7);
  }
  await cluster.settle();
  await moving;
  await cluster.settle();
  expect(cluster.node(1).node.core.sessions.size).toBe(0);
  const results = bob.received().flatMap((frame) => (isJsonObject(frame) ? [frame.$result] : []));
  for (const result of results) expect(result).toMatchObject({ taken: 100 });
  for (const [index, one] of people.entries()) {
    expect(one.socket.closedWith).toMatchObject({ code: 4004 });
    const before = one.values("n");
    await resumeAt(cluster, one, cluster.node(2 + (index % 2)));
    expect([...before, ...one.values("n")]).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  }
});

test("R168 few sessions are on their way at once, and those that wait are served as before", async () => {
  const cluster = await createMemoryCluster(2);
  const people: ResumingClient[] = [];
  for (let index = 0; index < 700; index++)
    people.push(new ResumingClient(cluster.node(1)).send({ auth: `p${index}` }));
  await cluster.settle();
  const { core } = cluster.node(1).node;
  const moving = core.handover?.moveAll();
  for (let frames = 0; core.moving.size === 0 && frames < 10; frames++) {
    cluster.network.flush(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(core.moving.size).toBe(16 * 32);
  const last = people.at(-1);
  last?.send({ $ref: 1, to: "p699", n: 1 });
  expect(last?.values("n")).toEqual([1]);
  await cluster.settle();
  await moving;
  expect(core.sessions.size).toBe(0);
  expect(cluster.node(2).node.core.sessions.size).toBe(700);
});
