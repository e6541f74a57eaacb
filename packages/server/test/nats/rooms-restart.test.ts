import { expect, test } from "bun:test";
import { isJsonObject } from "@achex/protocol";
import { TestClient } from "../kit/client.ts";
import { startNats } from "../kit/nats-server.ts";
import { RestartingRelay } from "../kit/restarting-relay.ts";

/** Reads frames until one has the key, and returns its value. */
async function frameOf(client: TestClient, key: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { [key]: value } = await client.json();
    if (isJsonObject(value)) return value;
  }
}

test("R82 R168 R167 a room whose last node is stopped has its state, its host and its term after the start", async () => {
  await using nats = await startNats();
  await using relay = await RestartingRelay.start({ cluster: nats.url, node: "n1" });
  const client = await TestClient.connect(relay.url, { "sec-websocket-protocol": "achex.2" });
  client.send({ $resume: true });
  const { token } = await frameOf(client, "$resumable");
  client.send({ auth: "Ann" });
  client.send({ $ref: 1, joinHub: "h", $state: true });
  const { term, host } = await frameOf(client, "$room");
  client.send({ $ref: 2, $set: { hub: "h", values: { k: 1 } } });
  const { version } = await frameOf(client, "$state");
  relay.signal("SIGTERM");
  expect((await client.closed).code).toBe(4004);
  await relay.stopped();
  await relay.start();
  const resumed = await TestClient.connect(relay.url, { "sec-websocket-protocol": "achex.2, achex.2.resume" });
  resumed.send({ $resume: { token, generation: 1, received: 2 } });
  expect(await frameOf(resumed, "$state")).toMatchObject({ version, values: { k: 1 } });
  expect(await frameOf(resumed, "$room")).toMatchObject({ term, host });
  // It still decides.
  resumed.send({ $ref: 3, $set: { hub: "h", values: { k: 2 }, term } });
  expect(await frameOf(resumed, "$state")).toEqual({ hub: "h", version: Number(version) + 1, values: { k: 2 } });
  resumed.drop();
}, 60_000);
