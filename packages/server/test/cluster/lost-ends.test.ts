import { expect, test } from "bun:test";
import { createMemoryCluster } from "../kit/memory-cluster.ts";

test("R20 R160 a session that enters while the last follower of a node leaves gets the members of other nodes", async () => {
  const { client, network, settle } = await createMemoryCluster(2);
  const ann = await client(1, "Ann");
  const bob = await client(2, "Bob");
  const cid = await client(2, "Cid");
  for (const one of [ann, bob]) {
    one.send({ joinHub: "h", $presence: true });
    await settle();
  }
  // The other node has acknowledged nothing of the new stream, so the join waits.
  network.lose("n2");
  network.join("n2");
  cid.send({ joinHub: "h", $presence: true });
  bob.disconnect();
  await settle();
  const rosters = cid.receivedValues("$roster");
  expect(rosters.at(-1)).toMatchObject({ hub: "h", count: 2 });
  ann.send({ leaveHub: "h" });
  await settle();
  expect(cid.receivedValues("$left")).toEqual([{ hub: "h", name: "Ann", sid: ann.sid }]);
});

test("R33 R34 R160 calls end although the other node did not hear of it in time", async () => {
  const { client, network, settle, clock } = await createMemoryCluster(2);
  const ann = await client(1, "Ann");
  const bob = await client(2, "Bob");
  const cid = await client(2, "Cid");
  ann.send({ to: "Bob", $call: { id: 1 } });
  cid.send({ to: "Ann", $call: { id: 2 } });
  bob.send({ to: "Ann", $call: { id: 3 } });
  await settle();
  for (const one of [ann, bob, cid]) one.received();
  network.separate("n1", "n2");
  ann.send({ to: "Bob", $call: { cancel: 1 } });
  cid.disconnect();
  await settle();
  network.reunite();
  for (let second = 0; second < 3; second++) {
    clock.advance(1_000);
    await settle();
  }
  expect(bob.received()).toEqual([{ $call: { cancel: 1 }, sID: ann.sid }]);
  expect(ann.receivedValues("$call")).toEqual([{ cancel: 2 }]);
  // A call that is open on both nodes stays so.
  ann.send({ toS: bob.sid, $answer: { id: 3 }, n: 1 });
  await settle();
  expect(bob.receivedValues("n")).toEqual([1]);
  ann.send({ to: "Bob", $call: { id: 4 } });
  await settle();
  network.separate("n1", "n2");
  bob.disconnect();
  await settle();
  network.reunite();
  for (let second = 0; second < 3; second++) {
    clock.advance(1_000);
    await settle();
  }
  expect(ann.receivedValues("$answer")).toMatchObject([{ id: 4, fault: { code: "callee-gone" } }]);
});

test("R34 a call that reaches another node too late for its result is cancelled there", async () => {
  const { client, network, settle, clock } = await createMemoryCluster(2);
  const ann = await client(1, "Ann");
  const bob = await client(2, "Bob");
  network.holdUp("n1", "n2");
  ann.send({ $ref: 1, to: "Bob", $call: { id: 1 } });
  clock.advance(300);
  await settle();
  expect(ann.received()).toMatchObject([
    { $ref: 1, $result: { taken: 0, missed: { node: 1 } } },
    { $answer: { id: 1, fault: { code: "callee-gone" } } },
  ]);
  network.release();
  await settle();
  expect(bob.receivedValues("$call")).toEqual([{ id: 1 }, { cancel: 1 }]);
});

test("R33 R34 R160 a call ends on both sides when only one of two nodes takes the other for dead", async () => {
  const { client, network, settle, clock } = await createMemoryCluster(2);
  const ann = await client(1, "Ann");
  const bob = await client(2, "Bob");
  ann.send({ to: "Bob", $call: { id: 1 } });
  bob.send({ to: "Ann", $call: { id: 2 } });
  await settle();
  for (const one of [ann, bob]) one.received();
  network.holdUp("n2", "n1");
  for (let second = 0; second < 7; second++) {
    clock.advance(1_000);
    await settle();
  }
  expect(ann.received()).toMatchObject([
    { $answer: { id: 1, fault: { code: "callee-gone" } } },
    { $call: { cancel: 2 }, sID: bob.sid },
  ]);
  expect(bob.received()).toMatchObject([
    { $call: { cancel: 1 }, sID: ann.sid },
    { $answer: { id: 2, fault: { code: "callee-gone" } } },
  ]);
});
