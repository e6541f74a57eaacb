import { expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { recordedLog } from "../kit/recorded-log.ts";
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

test("L4: the log has the sender, the limit and the option, once a minute for each dialect", async () => {
  const log = recordedLog();
  await using server = await startServer({ "max-frame": 1_000 }, log);
  const open = [
    () => TestClient.classic(server.ws(), "Ann"),
    () => TestClient.classic(server.ws(), "Bob"),
    () => TestClient.cloud(server.ws("/lab"), "Cid"),
  ];
  for (const connect of open) {
    using client = await connect();
    client.send(echoOf(1_001));
    await within("the close", client.closed);
  }
  const metrics = await server.metrics();
  expect(metrics.get('achex_oversized_frames_total{dialect="classic"}')).toBe(2);
  expect(metrics.get('achex_oversized_frames_total{dialect="cloud"}')).toBe(1);
  const message = "a session was closed because it sent a frame above --max-frame";
  const hint = "raise --max-frame if this client should be allowed";
  expect(log.events).toEqual([
    {
      level: "warn",
      message,
      fields: { name: "Ann", session: 1, dialect: "classic", instance: "root", limit: 1_000, hint },
    },
    {
      level: "warn",
      message,
      fields: { name: "Cid", session: 3, dialect: "cloud", instance: "lab", limit: 1_000, hint },
    },
  ]);
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
