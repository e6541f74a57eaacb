import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { connectNats } from "../../src/bus/nats.ts";
import { listen } from "../contract/bus-log.ts";
import { TestClient } from "../kit/client.ts";
import { nodesKnownTo } from "../kit/cluster.ts";
import { startNats } from "../kit/nats-server.ts";
import { startServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

const guide = readFileSync(join(import.meta.dir, "../../../../docs/scaling.md"), "utf8");
/** The permissions that the guide recommends. */
const [, permissions = ""] = /```\n(permissions: \{[^`]+\})\n```/.exec(guide) ?? [];

const configuration = `
jetstream: enabled
authorization: { users: [
  { user: relay, password: secret, ${permissions} },
  { user: other, password: secret, permissions: { publish: ["shop.>"], subscribe: ["shop.>", "_INBOX.>"] } }
] }
`;

test("R160 the permissions of the guide suffice for a node, and a user without them can neither hear the nodes nor forge a frame", async () => {
  const folder = mkdtempSync(join(tmpdir(), "achex-nats-"));
  writeFileSync(join(folder, "nats.conf"), configuration);
  await using nats = await startNats("-c", join(folder, "nats.conf"));
  const url = nats.url.replace("//", "//relay:secret@");
  await using one = await startServer({ cluster: url, node: "n1" });
  await using two = await startServer({ cluster: url, node: "n2" });
  await until(
    "the nodes to find each other",
    async () => (await nodesKnownTo(one)) === 2 && (await nodesKnownTo(two)) === 2,
  );
  using ann = await TestClient.classic(one.ws("/"), "Ann");
  using bob = await TestClient.classic(two.ws("/"), "Bob");
  ann.send({ to: "Bob", n: 1 });
  expect(await bob.json()).toMatchObject({ n: 1 });
  const settings = { cluster: "achex", ca: undefined, usesTls: false, replicas: 3, failed() {}, logFailed() {} };
  const login = { user: "relay", password: "secret" };
  const { open } = await connectNats({ ...settings, servers: [new URL(nats.url).host], login });
  const relay = open({ connected() {}, disconnected() {}, received() {} });
  const heardOfLog = listen(relay, 3, 0);
  await until("the log", () => heardOfLog.began.length > 0);
  await relay.append(3, new Uint8Array([0]), "id");
  await until("an entry", () => heardOfLog.entries.length === 1);
  const stranger = await connect({ servers: nats.url, user: "other", pass: "secret" });
  const refused: string[] = [];
  void (async () => {
    for await (const status of stranger.status()) if (status.type === "error") refused.push(String(status.error));
  })();
  const heard: unknown[] = [];
  stranger.subscribe("achex.>", { callback: (error, message) => void (error ?? heard.push(message)) });
  stranger.publish("achex.nodes", new Uint8Array([1, 0, 0]));
  stranger.publish("$KV.achex_nodes.session-block", "0");
  stranger.publish("achex.log.3", new Uint8Array([0]));
  stranger.publish("achex.link.0123456789abcdef01234567", new Uint8Array([1, 0, 0]));
  stranger.publish("$JS.API.STREAM.DELETE.achex_log_3", "");
  await stranger.flush();
  await until("all six to be refused", () => refused.length >= 6);
  expect(refused.every((text) => /permission/i.test(text))).toBe(true);
  ann.send({ to: "Bob", n: 2 });
  expect(await bob.json()).toMatchObject({ n: 2 });
  expect(heard).toEqual([]);
  expect(heardOfLog.entries).toHaveLength(1);
  await relay.close();
  await stranger.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
