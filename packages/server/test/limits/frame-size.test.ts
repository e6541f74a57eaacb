import { expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { startServer } from "../kit/server.ts";
import { within } from "../kit/wait.ts";

const echoOf = (bytes: number) => `{"echo":"${"x".repeat(bytes - 11)}"}`;

test("L4, X4: a frame above --max-frame closes with 1009 and is counted", async () => {
  await using server = await startServer({ "max-frame": 1_000 });
  using client = await TestClient.classic(server.ws(), "client");
  client.send(echoOf(1_000));
  await client.expect(echoOf(1_000));
  client.send(echoOf(1_001));
  const { code, reason } = await within("the close", client.closed);
  expect([code, reason]).toEqual([1009, "Received too big message"]);
  const metrics = await server.metrics();
  expect(metrics.closedBy("frame-too-large")).toBe(1);
  expect(metrics.get('achex_close_codes_total{code="1009"}')).toBe(1);
});

test("L4: --max-frame counts bytes, not characters", async () => {
  await using server = await startServer({ "max-frame": 100 });
  using client = await TestClient.classic(server.ws(), "client");
  client.send(`{"echo":"${"€".repeat(40)}"}`);
  expect((await within("the close", client.closed)).code).toBe(1009);
});

test("L4: the default lets 1 MiB pass and not a byte more", async () => {
  await using server = await startServer();
  using client = await TestClient.classic(server.ws(), "client");
  client.send(echoOf(1024 ** 2));
  await client.expect(echoOf(1024 ** 2));
  client.send(echoOf(1024 ** 2 + 1));
  expect((await within("the close", client.closed)).code).toBe(1009);
});

test("L4: 0 switches the limit off", async () => {
  await using server = await startServer({ "max-frame": 0, "max-bytes-per-second": 0, "max-backlog": 0 });
  using client = await TestClient.classic(server.ws(), "client");
  client.send(echoOf(5 * 1024 ** 2));
  await client.expect(echoOf(5 * 1024 ** 2));
});
