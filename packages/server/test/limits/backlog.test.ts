import { expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { RawSocket } from "../kit/raw-socket.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

const unmetered = { "max-frames-per-second": 0, "max-bytes-per-second": 0 };
const FILLER = "x".repeat(100_000);

/** A reader that has stopped, and somebody who goes on sending to it by its name. */
async function stalled(server: TestServer) {
  const slow = await RawSocket.login(server.ports.main, "slow");
  slow.stopReading();
  const sender = await TestClient.classic(server.ws(), "sender");
  let sent = 0;
  return { slow, sender, send: () => sender.send(`{"to":"slow","n":${sent++},"x":"${FILLER}"}`) };
}

test("L5, X6: a reader with a backlog above --max-backlog is disconnected and counted", async () => {
  await using server = await startServer({ ...unmetered, "max-backlog": "256KiB" });
  const { slow, sender, send } = await stalled(server);
  await until("the slow reader to be dropped", async () => {
    send();
    return (await server.metrics()).closedBy("backlog") === 1;
  });
  await sender.expectNothing();
  const metrics = await server.metrics();
  expect(metrics.sessions).toBe(1);
  expect(metrics.closedBy("vanished")).toBe(0);
  slow[Symbol.dispose]();
  sender[Symbol.dispose]();
});

test("L5: with 0 no reader is disconnected, and one that resumes gets everything in order", async () => {
  await using server = await startServer({ ...unmetered, "max-backlog": 0 });
  const { slow, sender, send } = await stalled(server);
  for (let n = 0; n < 200; n++) send();
  await sender.expectNothing();
  expect((await server.metrics()).get("achex_backlog_bytes")).toBeGreaterThan(4 * 1024 ** 2);
  slow.goOnReading();
  for (let n = 0; n < 200; n++) expect((await slow.json()).n).toBe(n);
  await until("the backlog to be gone", async () => (await server.metrics()).get("achex_backlog_bytes") === 0);
  slow[Symbol.dispose]();
  sender[Symbol.dispose]();
});

test("L5: a reader that has caught up does not count as disconnected for its backlog", async () => {
  await using server = await startServer(unmetered);
  const { slow, sender, send } = await stalled(server);
  await until("a backlog", async () => {
    send();
    return (await server.metrics()).get("achex_backlog_bytes") > 0;
  });
  slow.goOnReading();
  await until("the backlog to be gone", async () => (await server.metrics()).get("achex_backlog_bytes") === 0);
  await slow.expectPong();
  slow.reset();
  await until("the session to end", async () => (await server.metrics()).sessions === 1);
  expect((await server.metrics()).closedBy("backlog")).toBe(0);
  expect((await server.metrics()).closedBy("vanished")).toBe(1);
  sender[Symbol.dispose]();
});
