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

/** The next frame that is not about the cluster. A busy machine can lose its connection to NATS more often than the test does. */
async function frame(client: TestClient): Promise<Record<string, unknown>> {
  for (;;) {
    const next = await client.json();
    if (!("$cluster" in next)) return next;
  }
}

/** Reads what the client is sent until it says whether its node is alone. */
async function untilAlone(client: TestClient, alone: boolean): Promise<void> {
  for (let next = await client.json(); JSON.stringify(next) !== `{"$cluster":{"alone":${alone}}}`; )
    next = await client.json();
}

/** Sends until the message is taken by Bob. */
const untilTaken = (client: TestClient, n: number): Promise<void> =>
  until("Bob to be reached", async () => {
    client.send({ $ref: n, to: "Bob", n });
    const { $result } = await frame(client);
    return JSON.stringify($result) === '{"taken":1}';
  });

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
  for (const client of [ann, bob]) await untilAlone(client, false);
  await untilTaken(ann, 4);
  expect(await frame(bob)).toMatchObject({ n: 4 });
}, 60_000);

test("R160 a NATS that hangs is noticed, and what was sent to it comes late to nobody", async () => {
  await using cluster = await startCluster(2);
  using ann = await login(cluster.node(1), "Ann");
  using bob = await login(cluster.node(2), "Bob");
  cluster.nats.signal("SIGSTOP");
  ann.send({ to: "Bob", n: 1 });
  for (const client of [ann, bob]) await untilAlone(client, true);
  cluster.nats.signal("SIGCONT");
  for (const client of [ann, bob]) await untilAlone(client, false);
  await untilTaken(ann, 2);
  // Not the first message, which NATS had received.
  expect(await frame(bob)).toMatchObject({ n: 2 });
}, 60_000);
