import { expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import { TestClient } from "../kit/client.ts";
import { startNats } from "../kit/nats-server.ts";
import { RestartingRelay } from "../kit/restarting-relay.ts";
import { startServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

const RESUME = { "sec-websocket-protocol": "achex.2, achex.2.resume" };
/** How long a node may be dead before its sessions are known to be lost (PROTOCOL.md R168). */
const PROMISED_MILLISECONDS = 10_000;

/** A logged-in client that can resume, and its token. */
async function resumable(url: string, name: string) {
  const client = await TestClient.connect(url, { "sec-websocket-protocol": "achex.2" });
  await client.json();
  client.send({ $resume: true });
  const { $resumable } = await client.json();
  client.send({ $ref: 0, auth: name });
  await client.json();
  return { client, token: isJsonObject($resumable) ? String($resumable.token) : "" };
}

/** The reply to an attempt to resume: its first frame, or the code with which the connection was closed. */
async function attempt(url: string, token: string, generation: number): Promise<unknown> {
  const client = await TestClient.connect(url, RESUME);
  client.send({ $resume: { token, generation, received: 1 } });
  const answer = await Promise.race([client.json(), client.closed.then(({ code }) => code)]);
  // A clean close would end the session.
  client.drop();
  return answer;
}

test("R168 after kill -9 of the node that has the session: try again, then resume-gap within 10 s", async () => {
  await using nats = await startNats();
  await using owner = await RestartingRelay.start({ cluster: nats.url, node: "n1" });
  await using other = await startServer({ cluster: nats.url, node: "n2" });
  await until("the nodes to meet", async () => (await other.metrics()).get("achex_cluster_nodes") === 2);
  const { token } = await resumable(owner.url, "Ann");
  owner.signal("SIGKILL");
  const killed = performance.now();
  const answers: unknown[] = [];
  for (let generation = 1; answers.length === 0 || answers.at(-1) === 4007; generation++)
    answers.push(await attempt(other.ws("/root"), token, generation));
  expect(answers.at(-1)).toMatchObject({ $fault: { code: "resume-gap" } });
  expect(answers.at(-1)).not.toHaveProperty("$fault.missing");
  expect(answers[0]).toBe(4007);
  expect(performance.now() - killed).toBeLessThan(PROMISED_MILLISECONDS);
}, 60_000);

test("R82 R168 the last node that is stopped saves its sessions, and has them after its start", async () => {
  await using nats = await startNats();
  await using relay = await RestartingRelay.start({ cluster: nats.url, node: "n1" });
  const { client, token } = await resumable(relay.url, "Ann");
  relay.signal("SIGTERM");
  expect((await client.closed).code).toBe(4004);
  await relay.stopped();
  await relay.start();
  expect(await attempt(relay.url, token, 1)).toMatchObject({ $resumed: { name: "Ann", replay: 0 } });
  // A node that is new finds it there.
  await using other = await startServer({ cluster: nats.url, node: "n2" });
  await until("the nodes to meet", async () => (await other.metrics()).get("achex_cluster_nodes") === 2);
  let answer: unknown = 4007;
  // For five seconds after its start it may not know all nodes.
  for (let generation = 2; answer === 4007; generation++) answer = await attempt(other.ws("/root"), token, generation);
  expect(answer).toMatchObject({ $resumed: { name: "Ann", replay: 0 } });
}, 60_000);
