import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@achex/protocol";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { sqliteAccounts } from "../../src/accounts/sqlite.ts";
import { Achex2Socket } from "../kit/achex2-socket.ts";
import { nodesKnownTo } from "../kit/cluster.ts";
import { startNats } from "../kit/nats-server.ts";
import { type RecordedLog, recordedLog } from "../kit/recorded-log.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

/** Entries that each stream of the log holds: those before are lost. */
const HELD = 10;
/** They are in different streams. */
const INSTANCES = ["one", "two", "three"] as const;

/** The streams of the log, as small as NATS makes them for a day of many messages. */
async function createSmallStreams(url: string): Promise<void> {
  const connection = await connect({ servers: url });
  const { streams } = await jetstreamManager(connection);
  for (let shard = 0; shard < 4; shard++)
    await streams.add({ name: `achex_log_${shard}`, subjects: [`achex.log.${shard}`], max_msgs: HELD });
  await connection.close();
}

interface TestNode extends TestServer {
  readonly log: RecordedLog;
}

/** Nodes whose data folders outlive them. */
async function startNodes() {
  const nats = await startNats();
  await createSmallStreams(nats.url);
  const folder = mkdtempSync(join(tmpdir(), "achex-copies-"));
  const open = new Map<string, TestNode>();
  const start = async (name: string): Promise<TestNode> => {
    const log = recordedLog();
    const settings = { keep: "hub:k*", auth: "claim", data: join(folder, name) };
    const node = { log, ...(await startServer({ cluster: nats.url, node: name, ...settings }, log)) };
    open.set(name, node);
    return node;
  };
  return {
    start,
    accountsOf(name: string) {
      const accounts = sqliteAccounts(join(folder, name));
      const all = accounts.list("user").map((one) => [one.name, one.passwordHash]);
      accounts.close();
      return all;
    },
    addAccount(name: string, user: string) {
      const accounts = sqliteAccounts(join(folder, name));
      accounts.put({ kind: "user", name: user, passwordHash: `hash of ${user}`, delivery: "all" });
      accounts.close();
    },
    async stop(name: string) {
      await open.get(name)?.stop();
      open.delete(name);
    },
    async [Symbol.asyncDispose]() {
      for (const node of open.values()) await node.stop();
      await nats[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const copied = ({ log }: TestNode): unknown[] =>
  log.events.filter(({ message }) => message.startsWith("copying from another node")).map(({ fields }) => fields.part);

async function login(node: TestServer, instance: string, name: string, passwd = ""): Promise<Achex2Socket> {
  return Achex2Socket.open(node.ws(`/${instance}`), name, passwd);
}

/** What a client of a node sees of an instance: the history of a kept hub, and the room. */
async function seenAt(node: TestServer, instance: string, name: string): Promise<JsonObject> {
  const client = await login(node, instance, name);
  const history = await client
    .result({ joinHub: "k", $state: true })
    .then(() => client.result({ $history: { hub: "k", last: 200 } }));
  const named = (key: string) => client.messages.find((frame) => key in frame)?.[key] ?? "none";
  await until("the room", () => client.messages.some((frame) => "$room" in frame));
  const seen = { history, state: named("$state"), room: named("$room") };
  client.close();
  return seen;
}

test("R165 R166 R167 R169 a new node, and one that was away while the log lost what it needs, have the same history, claims, accounts and rooms", async () => {
  await using nodes = await startNodes();
  const n1 = await nodes.start("n1");
  await nodes.start("n2");
  const clients = await Promise.all(INSTANCES.map((instance) => login(n1, instance, "Ann", "secret")));
  let sent = 0;
  const busy = async (): Promise<void> => {
    for (const client of clients) {
      await client.result({ joinHub: "k", $state: true });
      for (let n = 0; n < 2 * HELD; n++) {
        await client.result({ toH: "k", n: ++sent, $id: `id ${sent}` });
        await client.result({ $set: { hub: "k", values: { n: sent, [`key ${n}`]: n } } });
      }
    }
  };
  await busy();
  nodes.addAccount("n1", "Carl");
  await until("the account at the other node", () => nodes.accountsOf("n2").length === 1);
  await nodes.stop("n2");
  await busy();
  nodes.addAccount("n1", "Dora");
  // What is sent while they copy is in the log and in the copy, or only in one of them.
  const meanwhile = Array.fromAsync(clients, async (client) => {
    for (let n = 0; n < 100; n++) await client.result({ toH: "k", n: ++sent });
  });
  const n2 = await nodes.start("n2");
  const n3 = await nodes.start("n3");
  await meanwhile;
  for (const node of [n1, n2, n3])
    await until("the nodes to know each other", async () => (await nodesKnownTo(node)) === 3);
  expect(copied(n2)).toContain("kept");
  expect(copied(n3).toSorted()).toEqual(["accounts", "claims", "kept", "nodes", "rooms"]);
  const compare = async (): Promise<void> => {
    for (const instance of INSTANCES) {
      const seen = await seenAt(n1, instance, "one");
      expect(seen.history).toMatchObject({ head: expect.any(Number) });
      expect(seen.state).toMatchObject({ values: { n: expect.any(Number) } });
      expect(await seenAt(n2, instance, "two")).toEqual(seen);
      expect(await seenAt(n3, instance, "three")).toEqual(seen);
    }
    for (const name of ["n2", "n3"])
      await until("the accounts", () => Bun.deepEquals(nodes.accountsOf(name), nodes.accountsOf("n1")));
    expect(nodes.accountsOf("n1")).toHaveLength(2);
  };
  await compare();
  for (const node of [n2, n3])
    for (const instance of INSTANCES) {
      await expect(login(node, instance, "Ann", "guessed")).rejects.toThrow("name-claimed");
      const again = await login(node, instance, "Ann", "secret");
      // It also knows what was sent before it came.
      await again.result({ joinHub: "k" });
      expect(await again.result({ toH: "k", n: 1, $id: "id 1" })).toMatchObject(
        instance === INSTANCES[0] ? { seq: 1, duplicate: true } : {},
      );
      clients.push(again);
    }
  await busy();
  await compare();
  for (const client of clients) client.close();
}, 60_000);
