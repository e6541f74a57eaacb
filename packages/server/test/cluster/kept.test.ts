import { afterEach, beforeEach, expect, test } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import { readKeepRule } from "../../src/config/keep-rules.ts";
import type { Achex2Client } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";
import { KeepingNodes } from "../sim/cluster-kept/nodes.ts";
import { Random } from "../sim/random.ts";

let nodes: KeepingNodes;
beforeEach(async () => {
  nodes = new KeepingNodes(["hub:k*", "name:*"].flatMap((text) => readKeepRule(text) ?? []));
  await nodes.begin();
});
afterEach(() => nodes.end());

/** Frames since the last call, without the epochs that begin with the first message of a channel. */
const heard = (client: Achex2Client) => client.received().filter((frame) => isJsonObject(frame) && !("$kept" in frame));

test("R140 R169 each member of a kept hub receives a message once, however many members each node has", async () => {
  const { cluster } = nodes;
  const members = await Promise.all([1, 1, 2, 2, 3].map((node, index) => cluster.client(node, `p${index}`)));
  for (const one of members) one.send({ joinHub: "k" });
  await cluster.settle();
  for (const one of members) one.received();
  members[0]?.send({ $ref: 1, toH: "k", n: 1 });
  await cluster.settle();
  const [sender = [], ...others] = members.map(heard);
  expect(sender).toEqual([{ $ref: 1, $result: { taken: 4, seq: 1 } }]);
  for (const received of others) expect(received).toMatchObject([{ n: 1, $seq: 1 }]);
});

test("R146 R165 a message that is repeated while the first waits is rejected for the same reason", async () => {
  const { cluster } = nodes;
  const ann = await cluster.client(1, "Ann");
  cluster.network.log.minority.add("n1");
  ann.send({ $ref: 1, toH: "k", $id: "a" });
  await cluster.settle();
  ann.send({ $ref: 2, toH: "k", $id: "a" });
  for (let second = 0; second < 6; second++) {
    cluster.clock.advance(1_000);
    await cluster.settle();
  }
  expect(ann.received()).toMatchObject([1, 2].map(($ref) => ({ $ref, $fault: { code: "no-quorum" } })));
});

test("R6 R146 the result of a message that was sent at another node before comes after those of earlier messages", async () => {
  const { cluster } = nodes;
  const { network } = cluster;
  const [ann, other] = [await cluster.client(1, "Ann"), await cluster.client(2, "Ann")];
  other.send({ $ref: 1, toH: "k", $id: "a" });
  await cluster.settle();
  network.log.minority.add("n1");
  ann.send({ $ref: 1, toH: "k" });
  ann.send({ $ref: 2, toH: "k", $id: "a" });
  await cluster.settle();
  expect(ann.received()).toEqual([]);
  network.log.minority.clear();
  network.log.joined("n1");
  cluster.clock.advance(1_000);
  await cluster.settle();
  expect(ann.received()).toMatchObject([
    { $ref: 1, $result: { seq: 2 } },
    { $ref: 2, $result: { seq: 1, duplicate: true } },
  ]);
});

test("M5 R169 what a session sends after a kept message does not overtake it at another node, and what it sends before is not overtaken", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = new Random(seed);
    const { cluster } = nodes;
    const [ann, bob] = [await cluster.client(1, `Ann${seed}`), await cluster.client(2, `Bob${seed}`)];
    for (const hub of ["k", "plain"]) bob.send({ joinHub: hub });
    await cluster.settle();
    heard(bob);
    const sent: number[] = [];
    for (let n = 1; n <= 12; n++) {
      const address = random.pick<object>([{ toH: "k" }, { toH: "plain" }, { toS: bob.sid }]);
      ann.send({ ...address, n });
      sent.push(n);
      for (let frames = random.below(4); frames > 0; frames--) cluster.network.flushOne(random.below(100));
      if (random.below(3) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    for (let step = 0; step < 300; step++) {
      cluster.network.flushOne(random.below(100));
      if (random.below(2) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await cluster.settle();
    expect([seed, heard(bob).flatMap((frame) => (isJsonObject(frame) ? (frame.n ?? []) : []))]).toEqual([seed, sent]);
    bob.send({ leaveHub: "k" }).send({ leaveHub: "plain" });
    await cluster.settle();
  }
});

/** A member of the hub that can be resumed, and has received one message. */
async function resumableMember(node: number) {
  const { cluster } = nodes;
  const client = new ResumingClient(cluster.node(node));
  client.send({ auth: "Ann" }).send({ joinHub: "k" });
  await cluster.settle();
  const sender = await cluster.client(3, "Bob");
  const say = async (n: number): Promise<void> => {
    sender.send({ toH: "k", n });
    await cluster.settle();
  };
  await say(1);
  expect(client.values("n")).toEqual([1]);
  /** Resumes at a node; returns what has arrived since the last call. */
  const moveTo = async (to: number) => {
    client.drop().moveTo(cluster.node(to)).reconnect();
    for (let step = 0; step < 20; step++) {
      await cluster.settle();
      cluster.clock.advance(10);
    }
    client.finishResume();
    return client.frames();
  };
  return { client, say, moveTo };
}

const numbers = (frames: readonly JsonObject[]) => frames.flatMap(({ n }) => n ?? []);

test("R140 R168 a session that moves to a node that is behind is sent nothing again, and no older position", async () => {
  const { cluster } = nodes;
  const { client, say, moveTo } = await resumableMember(1);
  nodes.fill("n2", true);
  await say(2);
  expect(client.values("n")).toEqual([2]);
  const frames = await moveTo(2);
  expect(numbers(frames)).toEqual([]);
  expect(frames.filter(({ $kept }) => $kept)).toEqual([]);
  nodes.fill("n2", false);
  await say(3);
  cluster.clock.advance(1_000);
  await cluster.settle();
  expect(client.values("n")).toEqual([3]);
});

test("R140 R168 a session that moves from a node that is behind gets what that one had not delivered", async () => {
  const { client, say, moveTo } = await resumableMember(1);
  nodes.fill("n1", true);
  await say(2);
  expect(client.values("n")).toEqual([]);
  expect(numbers(await moveTo(2))).toEqual([2]);
  await say(3);
  expect(client.values("n")).toEqual([3]);
});

/** Fails the next transaction of node 2, which it repeats after a second; returns what lets 900 ms pass and then repeats it. */
function delayStoring() {
  const { clock } = nodes.cluster;
  nodes.fill("n2", true);
  return {
    almost: () => clock.advance(900),
    async finish() {
      nodes.fill("n2", false);
      clock.advance(100);
      await nodes.cluster.settle();
    },
  };
}

/** Positions in what a client was sent, and the head of its stream. */
const streamOf = (frames: readonly unknown[]) =>
  frames
    .filter(isJsonObject)
    .flatMap<unknown>(
      ({ $kept, $seq, $ref, $result }) => $kept ?? $seq ?? ($ref === undefined ? [] : [[$ref, $result]]),
    );

test.each([0, 2])(
  "R143 R169 a join waits until the node has stored the position that its client has from another node (%d stored before)",
  async (before) => {
    const { cluster } = nodes;
    const [ann, bob] = [await cluster.client(1, "Ann"), await cluster.client(3, "Bob")];
    ann.send({ joinHub: "k" });
    await cluster.settle();
    const say = async (): Promise<void> => {
      bob.send({ toH: "k" });
      await cluster.settle();
    };
    for (let n = 0; n < before; n++) await say();
    const storing = delayStoring();
    await say();
    const seq = before + 1;
    expect(heard(ann).at(-1)).toMatchObject({ $seq: seq });
    const epoch = nodes.keepOf("n1")?.span({ instance: "root", kind: "hub", name: "k" }).epoch;
    storing.almost();
    const again = await cluster.client(2, "Ann");
    again.send({ $ref: 1, joinHub: "k", $since: { epoch, seq } }).send({ $ref: 2, echo: "x" });
    await cluster.settle();
    expect(again.received()).toEqual([]);
    await storing.finish();
    await say();
    expect(streamOf(again.received())).toMatchObject([
      { hub: "k", epoch, first: 1, head: seq },
      [1, { kept: { epoch, seq } }],
      [2, expect.anything()],
      seq + 1,
    ]);
  },
);

test("R143 R169 a position that the node does not store within 250 ms, or that nothing ever had, is of another epoch", async () => {
  const { cluster } = nodes;
  const [bob, ann] = [await cluster.client(3, "Bob"), await cluster.client(2, "Ann")];
  bob.send({ toH: "k" });
  await cluster.settle();
  const epoch = nodes.keepOf("n2")?.span({ instance: "root", kind: "hub", name: "k" }).epoch ?? "";
  const [at = ""] = epoch.split(".");
  const reset = [{ epoch, head: 1, reset: true }, 1];
  for (const old of ["k3f.7", `${at}.0.1`]) {
    ann.send({ $ref: 1, joinHub: "k", $since: { epoch: old, seq: 1 } });
    await cluster.settle();
    expect(streamOf(ann.received())).toMatchObject([...reset, [1, expect.anything()]]);
    ann.send({ leaveHub: "k" });
  }
  for (const [future, seq] of [
    [epoch, 2],
    [`${at}.zzz.1`, 1],
  ]) {
    ann.send({ $ref: 1, joinHub: "k", $since: { epoch: future, seq } });
    await cluster.settle();
    cluster.clock.advance(249);
    await cluster.settle();
    expect(ann.received()).toEqual([]);
    cluster.clock.advance(1);
    await cluster.settle();
    expect(streamOf(ann.received())).toMatchObject([...reset, [1, expect.anything()]]);
    ann.send({ leaveHub: "k" });
  }
});

test("R145 R169 an inbox waits until the node has stored what the device has confirmed at another node", async () => {
  const { cluster } = nodes;
  const [ann, bob] = [await cluster.client(1, "Ann"), await cluster.client(3, "Bob")];
  const say = async (): Promise<void> => {
    bob.send({ to: "Ann" });
    await cluster.settle();
  };
  await say();
  const storing = delayStoring();
  await say();
  ann.send({ $ref: 1, $confirm: { name: "Ann", device: "phone", seq: 2 } });
  await cluster.settle();
  storing.almost();
  const again = cluster.node(2).connectClient();
  again.send({ $ref: 1, auth: "Ann", $inbox: "phone" });
  await cluster.settle();
  expect(streamOf(again.received())).toMatchObject([[1, { name: "Ann" }]]);
  await storing.finish();
  await say();
  expect(streamOf(again.received())).toMatchObject([{ name: "Ann", head: 2 }, 3]);
});
