import { expect, test } from "bun:test";
import { type ClusterNode, createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

async function seconds({ clock, nodes, settle }: MemoryCluster, count: number): Promise<void> {
  for (let second = 0; second < count; second++) {
    clock.advance(1_000);
    for (const { node } of nodes) node.tick();
    await settle();
  }
}

const resuming = (node: ClusterNode, name: string): ResumingClient =>
  new ResumingClient(node).send({ $ref: 0, auth: name });

test("R75 R76 R77 a session that is away stays a member, a name and in presence on every node, and resumes on its own", async () => {
  const cluster = await createMemoryCluster(2);
  const ann = resuming(cluster.node(1), "Ann");
  const bob = await cluster.client(2, "Bob");
  await cluster.settle();
  ann.send({ joinHub: "h" });
  bob.send({ joinHub: "h", $presence: true }).send({ $watch: ["Ann"] });
  await cluster.settle();
  bob.received();
  ann.frames();
  ann.drop();
  await seconds(cluster, 3);
  const member = { hub: "h", name: "Ann", sid: ann.sid };
  expect(bob.received()).toEqual([{ $away: member }]);
  bob.send({ $ref: 1, to: "Ann", n: 1 }).send({ $ref: 2, toH: "h", n: 2 });
  await cluster.settle();
  expect(bob.takeReplies(1)[0]?.result).toEqual({ taken: 1, held: 1 });
  expect(bob.takeReplies(2)[0]?.result).toEqual({ taken: 1, held: 1 });
  const cid = await cluster.client(2, "Cid");
  cid.send({ $ref: 1, joinHub: "h", $presence: true });
  await cluster.settle();
  const [roster] = cid.receivedValues("$roster");
  expect(roster).toMatchObject({
    members: expect.arrayContaining([expect.objectContaining({ sid: ann.sid, away: true })]),
  });
  bob.received();
  ann.resume();
  await cluster.settle();
  expect(ann.values("n")).toEqual([1, 2]);
  expect(bob.received()).toEqual([{ $back: member }]);
  ann.drop();
  await seconds(cluster, 125);
  const left = { leftHub: "h", user: "Ann", sID: ann.sid };
  expect(bob.received()).toEqual([{ $away: member }, { $left: member }, left, { $offline: "Ann" }]);
});
