import { expect, test } from "bun:test";
import type { ClusterNode } from "../kit/memory-cluster.ts";
import { createMemoryCluster } from "../kit/memory-cluster.ts";
import { ofVersion, withFurtherElements } from "../kit/next-version.ts";
import { recordedLog } from "../kit/recorded-log.ts";

const peersOf = ({ cluster }: ClusterNode) => Array.from(cluster.peers, ({ node }) => node);

test("R160 a node of another version is logged once, counted, and not part of the cluster; sessions notice nothing", async () => {
  const { add, client, clock, settle, node } = await createMemoryCluster(0);
  const log = recordedLog();
  await add("n1", { log });
  await add("n2");
  const [ann, bob] = [await client(1, "Ann"), await client(2, "Bob")];
  const next = await add("n3", { bus: ofVersion(2) });
  const eve = await client(3, "Bob");
  for (let second = 0; second < 10; second++) {
    clock.advance(1_000);
    await settle();
  }
  expect(log.events).toEqual([
    {
      level: "error",
      message: "a frame of another node is ignored",
      fields: { reason: "version", because: "its version must be the same or the next", version: 2 },
    },
  ]);
  expect(node(1).cluster.links.refused.version).toBeGreaterThanOrEqual(10);
  expect([node(1), node(2)].map(peersOf)).toEqual([["n2"], ["n1"]]);
  ann.send({ $ref: 1, to: "Bob", n: 1 });
  await settle();
  expect(ann.received()).toEqual([{ $ref: 1, $result: { taken: 1 } }]);
  expect(bob.received()).toMatchObject([{ to: "Bob", n: 1 }]);
  expect(eve.received()).toEqual([]);
  // It hears the others, and cannot do more than greet them: none answers.
  expect(next.cluster.asks.missed).toBe(0);
});

test("R160 M5 A1 frames with further elements and of unknown kinds harm nothing", async () => {
  const { add, client, clock, settle, node } = await createMemoryCluster(1);
  await add("n2", { bus: withFurtherElements });
  expect([node(1), node(2)].map(peersOf)).toEqual([["n2"], ["n1"]]);
  const answers: unknown[] = [];
  for (const one of [node(1), node(2)])
    for (const peer of one.cluster.peers) {
      one.cluster.tell(peer, ["later", { n: 1 }, [2]], "body");
      one.cluster.asks.ask(peer, ["later?", 1], undefined, (answer) => answers.push(answer));
    }
  const [ann, bob] = [await client(1, "Ann"), await client(2, "Bob")];
  ann.send({ joinHub: "h", $presence: true });
  await settle();
  bob.send({ joinHub: "h", $presence: true });
  await settle();
  expect(ann.receivedValues("$joined")).toHaveLength(1);
  ann.received();
  bob.received();
  for (const [from, to, name] of [
    [ann, bob, "Bob"],
    [bob, ann, "Ann"],
  ] as const) {
    for (const frame of [{ to: name }, { toS: to.sid }, { toH: "h" }]) {
      from.send({ $ref: 1, ...frame, n: 1 });
      await settle();
      expect(from.received()).toEqual([{ $ref: 1, $result: { taken: 1 } }]);
      expect(to.received()).toMatchObject([{ ...frame, n: 1 }]);
    }
    from.send({ $ref: 2, to: name, $call: { id: 7 }, q: 1 });
    await settle();
    expect(to.received()).toMatchObject([{ $call: { id: 7 }, q: 1 }]);
    to.send({ toS: from.sid, $answer: { id: 7 }, a: 2 });
    await settle();
    expect(from.received()).toMatchObject([{ $ref: 2 }, { $answer: { id: 7 }, a: 2 }]);
  }
  // Nobody answers a question that is not known, so it is missed like one that comes too late.
  clock.advance(1_000);
  expect(answers).toEqual([undefined, undefined]);
  expect([node(1), node(2)].map(({ cluster }) => cluster.links.refused)).toEqual([{}, {}]);
});
