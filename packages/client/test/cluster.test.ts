import { afterAll, beforeAll, expect, test } from "bun:test";
import { startCluster, type TestCluster } from "../../server/test/kit/cluster.ts";
import { rotatingSocket } from "../../server/test/kit/rotating-socket.ts";
import { connect } from "../src/index.ts";
import { until } from "./kit/until.ts";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster(3);
}, 60_000);
afterAll(() => cluster[Symbol.asyncDispose]());

const NAMES = ["Ann", "Bob", "Cid"] as const;
const MESSAGES = 60;
const all = Array.from({ length: MESSAGES }, (_, index) => index + 1);

/** A network that drops a connection, which the server does not hear of before the client connects again. */
function droppable(first: number) {
  const open = new Set<WebSocket>();
  const urls = cluster.nodes.map((node) => node.ws("/moves"));
  return {
    WebSocket: rotatingSocket(urls, first, (socket) => open.add(socket)),
    drop() {
      for (const socket of open) if (socket.readyState === WebSocket.OPEN) socket.terminate();
      open.clear();
    },
  };
}

test("R73 R168 clients behind a load balancer resume at another node each time, and lose nothing", async () => {
  const networks = NAMES.map((_, index) => droppable(index));
  const clients = NAMES.map((name, index) =>
    connect("ws://cluster/moves", { name, WebSocket: networks[index]?.WebSocket ?? WebSocket }),
  );
  const heard = new Map<unknown, Map<string, unknown[]>>();
  const lost: unknown[] = [];
  let resumed = 0;
  for (const client of clients) {
    const own = new Map<string, unknown[]>(NAMES.map((name) => [name, []]));
    heard.set(client, own);
    client.on("lost", (event) => lost.push(event));
    client.on("resumed", () => resumed++);
    client.handle(({ n }) => ({ doubled: Number(n) * 2 }));
    const room = client.hub("h");
    await room.join({ presence: true });
    room.on("message", ({ data, from }) => own.get(from)?.push(Object(data).n));
  }
  const results: Promise<unknown>[] = [];
  for (const n of all) {
    for (const client of clients) {
      const sent = client.hub("h").send({ n });
      // A node of a busy machine may not answer in time; then the result says so, and the message has arrived all the same (R161).
      results.push(sent.then(({ taken, missed }) => (missed?.node ? 2 : taken)));
    }
    const [ann] = clients;
    if (ann) results.push(ann.ask("Bob", { n }).then((answer) => Number(Object(answer).doubled) - 2 * n + 2));
    if (n % 15 === 0) {
      networks[(n / 15) % 3]?.drop();
      await until("the client to be back", () => resumed === n / 15);
    }
  }
  expect(new Set(await Promise.all(results))).toEqual(new Set([2]));
  for (const client of clients) {
    for (const other of NAMES) {
      if (other === client.name) continue;
      const numbers = () => heard.get(client)?.get(other) ?? [];
      await until(`${client.name} to hear all of ${other}`, () => numbers().length >= MESSAGES);
      expect(numbers()).toEqual(all);
    }
    expect(client.hub("h").members).toHaveLength(3);
  }
  expect(lost).toEqual([]);
  expect(resumed).toBe(4);
  const moved = await Promise.all(
    cluster.nodes.map(async (node) => (await node.metrics()).get('achex_sessions_moved_total{direction="in"}')),
  );
  expect(moved.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(4);
  for (const client of clients) client.close();
}, 60_000);
