import { expect, test } from "bun:test";
import { createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";

async function seconds({ clock, settle }: MemoryCluster, count: number): Promise<void> {
  for (let second = 0; second < count; second++) {
    clock.advance(1_000);
    await settle();
  }
}

test("R160 a stream whose beginning is lost is not taken for the one before it", async () => {
  const cluster = await createMemoryCluster(2);
  const { network, node, settle } = cluster;
  const ann = await cluster.client(1, "Ann");
  const bob = await cluster.client(2, "Bob");
  bob.send({ joinHub: "h" });
  await settle();
  for (let n = 0; n < 20; n++) ann.send({ toH: "h", n });
  await settle();
  const { received = 0 } = node(2).cluster.links.peer("n1") ?? {};
  // The first node begins its stream again, to the new link of the second, and what it says is lost.
  network.silence("n1", "n2");
  network.lose("n2");
  network.join("n2");
  await settle();
  ann.send({ joinHub: "g" });
  cluster.clock.advance(300);
  await settle();
  // So many more frames that the next has the number that the second node has not had yet.
  for (let frame = 4; frame < received && (node(1).cluster.links.peer("n2")?.sent ?? 0) < received; frame++) {
    ann.send({ toH: "h" });
    await settle();
  }
  network.reunite();
  ann.send({ toH: "h" });
  await settle();
  await seconds(cluster, 4);
  bob.send({ toH: "g", back: true });
  await settle();
  expect(ann.receivedValues("back")).toEqual([true]);
});
