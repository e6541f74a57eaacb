import { expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { startCluster } from "../kit/cluster.ts";
import type { TestServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

const health = async (server: TestServer) => (await fetch(server.http("/health"))).json();

/** A client of achex.2 that is logged in. */
async function login(server: TestServer, name: string): Promise<TestClient> {
  const client = await TestClient.connect(server.ws("/"), { "sec-websocket-protocol": "achex.2" });
  await client.json();
  client.send({ $ref: 0, auth: name });
  await client.json();
  return client;
}

test("R160 without NATS each node is alone, says so, and all join again when it is back, with nothing delivered late", async () => {
  await using cluster = await startCluster(2);
  const [one, two] = [cluster.node(1), cluster.node(2)];
  expect(await health(one)).toMatchObject({ status: "ok", cluster: "joined", node: "n1", nodes: 2 });
  using ann = await login(one, "Ann");
  using amy = await login(one, "Amy");
  using bob = await login(two, "Bob");
  ann.send({ to: "Bob", n: 1 });
  expect(await bob.json()).toMatchObject({ n: 1 });
  await cluster.nats.kill();
  expect(await ann.json()).toEqual({ $cluster: { alone: true } });
  expect(await bob.json()).toEqual({ $cluster: { alone: true } });
  expect(await amy.json()).toEqual({ $cluster: { alone: true } });
  expect(await health(one)).toMatchObject({ status: "ok", cluster: "alone" });
  expect((await one.metrics()).get("achex_cluster_alone")).toBe(1);
  ann.send({ $ref: 1, to: "Bob", n: 2 });
  expect(await ann.json()).toEqual({ $ref: 1, $result: { taken: 0, missed: { node: 1 } } });
  ann.send({ to: "Amy", n: 3 });
  expect(await amy.json()).toMatchObject({ n: 3 });
  await cluster.nats.restart();
  expect(await ann.json()).toEqual({ $cluster: { alone: false } });
  expect(await bob.json()).toEqual({ $cluster: { alone: false } });
  await cluster.joined();
  // The streams begin again, one after the other.
  await until("Bob to be reached", async () => {
    ann.send({ $ref: 2, to: "Bob", n: 4 });
    const { $result } = await ann.json();
    return JSON.stringify($result) === '{"taken":1}';
  });
  expect(await bob.json()).toMatchObject({ n: 4 });
}, 60_000);

test("R160 a NATS that hangs is noticed within five seconds, and what was sent to it comes late to nobody", async () => {
  await using cluster = await startCluster(2);
  using ann = await login(cluster.node(1), "Ann");
  using bob = await login(cluster.node(2), "Bob");
  cluster.nats.signal("SIGSTOP");
  ann.send({ to: "Bob", n: 1 });
  const start = performance.now();
  expect(await ann.json()).toEqual({ $cluster: { alone: true } });
  expect(performance.now() - start).toBeLessThan(5_000 + 2_500);
  expect(await bob.json()).toEqual({ $cluster: { alone: true } });
  cluster.nats.signal("SIGCONT");
  expect(await ann.json()).toEqual({ $cluster: { alone: false } });
  expect(await bob.json()).toEqual({ $cluster: { alone: false } });
  await cluster.joined();
  await until("Bob to be reached", async () => {
    ann.send({ $ref: 2, to: "Bob", n: 2 });
    const { $result } = await ann.json();
    return JSON.stringify($result) === '{"taken":1}';
  });
  expect(await bob.json()).toMatchObject({ n: 2 });
}, 60_000);
