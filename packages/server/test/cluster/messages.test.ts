import { expect, test } from "bun:test";
import { createMemoryCluster } from "../kit/memory-cluster.ts";

test("R11 K7 a message to a name reaches its sessions on every node, and its result counts them", async () => {
  const { client, settle, node } = await createMemoryCluster(3);
  expect(node(1).cluster.nodes).toBe(3);
  const ann = await client(1, "Ann");
  const bob2 = await client(2, "Bob");
  const bob3 = await client(3, "Bob");
  ann.send({ $ref: 1, to: "Bob", n: 1 });
  await settle();
  expect(ann.received()).toEqual([{ $ref: 1, $result: { taken: 2 } }]);
  const message = { to: "Bob", n: 1, sID: ann.sid, FROM: "Ann" };
  expect(bob2.received()).toEqual([message]);
  expect(bob3.received()).toEqual([message]);
});

test("R6 R161 a result that comes in slices and from another node is still sent before the next reply", async () => {
  const { client, settle } = await createMemoryCluster(2);
  const ann = await client(1, "Ann");
  ann.send({ joinHub: "h" });
  const others = [await client(2, "Bob")];
  for (let index = 0; index < 140; index++) others.push(await client(1, `m${index}`));
  for (const one of others) one.send({ joinHub: "h" });
  await settle();
  ann.received();
  ann.send({ $ref: 1, toH: "h", p: "x".repeat(20_000) }).send({ $ref: 2, $time: true });
  // The slices are sent before the other node answers.
  await new Promise((resolve) => setImmediate(resolve));
  await settle();
  expect(ann.received()).toEqual([
    { $ref: 1, $result: { taken: others.length } },
    { $ref: 2, $result: expect.anything() },
  ]);
});
