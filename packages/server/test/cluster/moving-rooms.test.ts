import { expect, test } from "bun:test";
import { isJsonObject, type JsonObject } from "@achex/protocol";
import { createMemoryCluster, type MemoryCluster } from "../kit/memory-cluster.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

/** Sends a frame and returns its result. */
async function result(cluster: MemoryCluster, client: ResumingClient, frame: JsonObject): Promise<JsonObject> {
  client.send({ $ref: 77, ...frame });
  await cluster.settle();
  const reply = client.frames().find((one) => one.$ref === 77);
  if (!isJsonObject(reply?.$result)) throw new Error(`${JSON.stringify(frame)}: ${JSON.stringify(reply)}`);
  return reply.$result;
}

async function follower(cluster: MemoryCluster, index: number, name: string, joining: JsonObject) {
  const client = new ResumingClient(cluster.node(index)).send({ auth: name });
  await cluster.settle();
  await result(cluster, client, { joinHub: "h", $state: true, ...joining });
  return client;
}

async function resumeAt(cluster: MemoryCluster, client: ResumingClient, index: number): Promise<void> {
  client.moveTo(cluster.node(index)).reconnect();
  await cluster.settle();
  client.finishResume();
  await cluster.settle();
}

test("R101 R111 R122 R168 a host that resumes on other nodes keeps its role, its term and its seat, and nobody notices", async () => {
  const cluster = await createMemoryCluster(3);
  const ann = await follower(cluster, 1, "Ann", { $seat: true });
  const bob = await follower(cluster, 2, "Bob", { $presence: true });
  await result(cluster, ann, { $set: { hub: "h", values: { k: 1 } } });
  bob.frames();
  for (const [turn, node] of [2, 3, 1, 3].entries()) {
    ann.drop();
    await result(cluster, bob, { $set: { hub: "h", values: { k: 10 + turn } } });
    await resumeAt(cluster, ann, node);
    expect(ann.values("$state").at(-1)).toMatchObject({ hub: "h", values: { k: 10 + turn } });
    expect(
      await result(cluster, ann, { $set: { hub: "h", values: { by: turn }, term: 1025 } }).catch(() => "stale"),
    ).toEqual(expect.anything());
    expect(bob.frames().filter((frame) => "$host" in frame || "$left" in frame || "$joined" in frame)).toEqual([]);
  }
  bob.send({ $ref: 1, joinHub: "h", $state: true, $presence: true });
  await cluster.settle();
  const [room] = bob.values("$room");
  expect(room).toMatchObject({ host: { name: "Ann", sid: ann.sid } });
  ann.drop(1000);
  await cluster.settle();
  expect(bob.values("$host")).toEqual([expect.objectContaining({ name: "Bob", sid: bob.sid })]);
});

test("R108 R168 a follower that moves gets only what it has missed of the state", async () => {
  const cluster = await createMemoryCluster(2);
  const ann = await follower(cluster, 1, "Ann", {});
  const bob = await follower(cluster, 2, "Bob", {});
  const first = await result(cluster, bob, { $set: { hub: "h", values: { big: "x".repeat(100), k: 1 } } });
  ann.frames();
  // A sample is taken once per second; what is acknowledged after it is certain.
  cluster.node(1).seconds(1);
  await cluster.settle();
  bob.send({ to: "Ann", n: 1 });
  await cluster.settle();
  ann.frames();
  ann.acknowledge();
  ann.drop();
  const second = await result(cluster, bob, { $set: { hub: "h", values: { k: 2 } } });
  await resumeAt(cluster, ann, 2);
  expect(ann.values("$state")).toEqual([{ hub: "h", version: second.version, values: { k: 2 } }]);
  expect(Number(second.version)).toBeGreaterThan(Number(first.version));
});
