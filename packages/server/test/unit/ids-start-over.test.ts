import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BunListeners } from "../../src/socket/bun.ts";
import { TestClient } from "../kit/client.ts";
import { createMemoryNode } from "../kit/node.ts";
import { recordedLog } from "../kit/recorded-log.ts";
import { startServer } from "../kit/server.ts";
import { within } from "../kit/wait.ts";

test("[K1 K1a] after the last id the next connection gets 1, and the log says so", async () => {
  const data = mkdtempSync(join(tmpdir(), "achex-last-"));
  using _folder = { [Symbol.dispose]: () => rmSync(data, { recursive: true }) };
  writeFileSync(join(data, "last-session-id"), `${2 ** 31 - 2}\n`);
  const log = recordedLog();
  await using server = await startServer({ data }, log);
  using last = await TestClient.classic(server.ws(), "Ann");
  expect(last.id).toBe(2 ** 31 - 1);
  using first = await TestClient.classic(server.ws(), "Bob");
  expect(first.id).toBe(1);
  first.send(`{"toS":${last.id}}`);
  await last.expect(`{"toS":${last.id},"sID":1,"FROM":"Bob"}`);
  expect(log.events.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    "warn: all session ids have been used; they restart at 1 and skip ids that are in use",
  ]);
});

test("[X7] a connection for which no id is free is refused, counted, and logged once a minute", () => {
  const log = recordedLog();
  const { node, connect } = createMemoryNode({ ids: { next: () => undefined }, log });
  for (let i = 0; i < 20; i++) expect(() => connect()).toThrow("no session id");
  expect(node.core.counters.refusedConnections["no-session-id"]).toBe(20);
  expect(log.events).toEqual([
    { level: "error", message: "no session id is free; the connection was closed", fields: { sessions: 0 } },
  ]);
});

test.each([
  ["classic", 1013],
  ["cloud", 1013],
  ["achex.2", 4003],
] as const)("[X7 R9] in %s the connection is closed with %d", async (dialect, code) => {
  const listeners = new BunListeners();
  const port = listeners.listen(
    {
      hostname: "127.0.0.1",
      port: 0,
      listener: { rootDialect: "classic", index: 0 },
      tls: undefined,
      isShared: false,
      limits: { frameBytes: 0, backlogBytes: 0 },
    },
    {
      upgrade: () => ({ endpoint: { dialect, instance: "root", listenerIndex: 0 }, address: "127.0.0.1" }),
      respond: () => new Response(),
      failed() {},
      open: () => false,
    },
  );
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, dialect === "achex.2" ? [dialect] : []);
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", (event) => resolve(event.code)));
  expect(await within("the close", closed)).toBe(code);
  await listeners.close();
});
