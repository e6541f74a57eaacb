import { expect, test } from "bun:test";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { connectNats } from "../../src/bus/nats.ts";
import type { Bus, BusSettings } from "../../src/bus.ts";
import { TestClient } from "../kit/client.ts";
import { nodesKnownTo } from "../kit/cluster.ts";
import { startNats } from "../kit/nats-server.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { startSlowProxy } from "../kit/slow-proxy.ts";
import { until } from "../kit/wait.ts";

const MIB = 1024 ** 2;
const FRAME = new Uint8Array(512 * 1024);

const settingsOf = (host: string): BusSettings => ({
  servers: [host],
  cluster: "test",
  replicas: 1,
  login: {},
  ca: undefined,
  usesTls: false,
  failed() {},
  logFailed() {},
});

interface Opened {
  readonly bus: Bus;
  readonly isConnected: () => boolean;
}

async function open(host: string): Promise<Opened> {
  const { open: openBus } = await connectNats(settingsOf(host));
  let isConnected = false;
  const bus = openBus({
    connected() {
      isConnected = true;
    },
    disconnected() {
      isConnected = false;
    },
    received() {},
  });
  await until("a link", () => isConnected);
  return { bus, isConnected: () => isConnected };
}

/** Lets the event loop write and read. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Sends in turns until nothing more is taken; returns how many bytes were. */
async function fill({ bus, isConnected }: Opened): Promise<number> {
  let bytes = 0;
  while (isConnected() && bytes < 1024 * MIB) {
    if (!bus.send("nobody", FRAME)) break;
    bytes += FRAME.byteLength;
    await turn();
  }
  return bytes;
}

test("R160 what waits for a NATS that hangs is bounded; the connection is given up, and made again when it goes on", async () => {
  await using nats = await startNats();
  const opened = await open(new URL(nats.url).host);
  nats.signal("SIGSTOP");
  // The kernels of both ends hold a few MiB.
  expect(await fill(opened)).toBeLessThan(96 * MIB);
  expect(opened.isConnected()).toBe(false);
  expect(opened.bus.send("nobody", FRAME)).toBe(false);
  nats.signal("SIGCONT");
  await until("a new link", () => opened.isConnected());
  await opened.bus.close();
}, 60_000);

const isAlone = async (server: TestServer): Promise<boolean> =>
  (await server.metrics()).get("achex_cluster_alone") === 1;

test("R160 a node whose way to NATS is too slow for what its clients send is alone, serves them, and joins again", async () => {
  await using nats = await startNats();
  await using proxy = await startSlowProxy(Number(new URL(nats.url).port));
  const unlimited = {
    "max-bytes-per-second": "0",
    "max-delivered-bytes-per-second": "0",
    "max-frames-per-second": "0",
  };
  await using one = await startServer({ cluster: `nats://127.0.0.1:${proxy.port}`, node: "n1", ...unlimited });
  await using two = await startServer({ cluster: nats.url, node: "n2" });
  const joined = () =>
    until("the nodes to find each other", async () => (await nodesKnownTo(one)) + (await nodesKnownTo(two)) === 4);
  await joined();
  using ann = await TestClient.classic(one.ws("/"), "Ann");
  using amy = await TestClient.classic(one.ws("/"), "Amy");
  using bob = await TestClient.classic(two.ws("/"), "Bob");
  const memory = process.memoryUsage.rss();
  proxy.slow(true);
  const text = "x".repeat(500_000);
  while (!(await isAlone(one))) ann.send({ to: "Bob", text });
  expect(process.memoryUsage.rss() - memory).toBeLessThan(600 * MIB);
  ann.send({ to: "Amy", n: 1 });
  expect(await amy.json()).toMatchObject({ n: 1 });
  proxy.slow(false);
  await joined();
  await until("Bob to be reached", async () => {
    ann.send({ to: "Bob", last: true });
    for (const frame of await bob.drain()) if (JSON.parse(frame).last) return true;
    return false;
  });
}, 60_000);

test("R162 without space for leases, nodes that run go on; a new one says why it does not start, and starts when there is space", async () => {
  await using nats = await startNats();
  await using one = await startServer({ cluster: nats.url, node: "n1" });
  const connection = await connect({ servers: nats.url });
  const { streams } = await jetstreamManager(connection);
  const bucket = "KV_achex_nodes";
  const { config } = await streams.info(bucket);
  await until("the node to have its reserve", async () => (await streams.info(bucket)).state.last_seq >= 4);
  await streams.update(bucket, { ...config, max_bytes: 1 });
  const start = () => startServer({ cluster: nats.url, node: "n2" });
  await expect(start()).rejects.toThrow("JetStream of NATS has no space left");
  using ann = await TestClient.classic(one.ws("/"), "Ann");
  ann.send({ to: "Ann", n: 1 });
  expect(await ann.json()).toMatchObject({ n: 1 });
  await streams.update(bucket, { ...config, max_bytes: -1 });
  await using two = await start();
  await until("the nodes to find each other", async () => (await nodesKnownTo(two)) === 2);
  await connection.close();
}, 60_000);
