// npm run test:balancers: the configurations of examples/scaling, each with its real load balancer in front of two nodes.
// Needs nats-server, nginx, haproxy and caddy; on Debian: apt-get install nats-server nginx-light haproxy caddy
import { describe, expect, test } from "bun:test";
import { startCluster } from "../kit/cluster.ts";
import { startServer } from "../kit/server.ts";
import { until, within } from "../kit/wait.ts";
import { blockOf, connectBy, kinds, startBalancer } from "./balancer.ts";

const CLIENTS = 10;

describe.each(kinds)("$name", (kind) => {
  test("passes WebSockets on to both nodes, with large messages, and what they send each other arrives", async () => {
    await using cluster = await startCluster(2);
    await using balancer = await startBalancer(kind, cluster);
    const clients = [];
    for (let index = 0; index < CLIENTS; index++) clients.push(await connectBy(balancer, `c${index}`));
    const blocks = Map.groupBy(clients, blockOf);
    expect([...blocks.values()].map(({ length }) => length)).toEqual([CLIENTS / 2, CLIENTS / 2]);
    const [[first] = [], [other] = []] = [...blocks.values()];
    if (!first || !other) throw new Error("there are not two nodes");
    const text = "x".repeat(1_000_000);
    first.send({ toS: other.id, text });
    expect((await other.json()).text === text).toBe(true);
    const page = await fetch(`http://127.0.0.1:${balancer.port}/health`);
    expect(await page.json()).toMatchObject({ status: "ok", cluster: "joined", nodes: 2 });
    for (const client of clients) client[Symbol.dispose]();
  }, 60_000);

  test("a node that stops: its clients are closed by it and get the other node, whose clients notice nothing", async () => {
    await using cluster = await startCluster(2, { drain: 1 });
    await using balancer = await startBalancer(kind, cluster);
    const [ann, bob] = [await connectBy(balancer, "Ann"), await connectBy(balancer, "Bob")];
    expect(blockOf(ann)).not.toBe(blockOf(bob));
    const stopping = cluster.node(1).stop();
    const { code } = await within("one of them to be closed", Promise.race([ann.closed, bob.closed]));
    expect(code).toBe(1001);
    const left = ann.socket.readyState === WebSocket.OPEN ? ann : bob;
    // While it drains and afterwards, every connection reaches the other node at once.
    for (let index = 0; index < CLIENTS; index++) {
      using again = await connectBy(balancer, `again${index}`);
      expect(blockOf(again)).toBe(blockOf(left));
    }
    await stopping;
    left.send({ toS: left.id, n: 1 });
    expect(await left.json()).toMatchObject({ n: 1 });
    left[Symbol.dispose]();
  }, 60_000);

  test("a node that is started again gets clients", async () => {
    await using cluster = await startCluster(2);
    await using balancer = await startBalancer(kind, cluster);
    const { main } = cluster.node(1).ports;
    await cluster.node(1).stop();
    using left = await connectBy(balancer, "left");
    await using _again = await startServer({
      cluster: cluster.nats.url,
      node: "n1",
      port: main,
      accounts: cluster.accounts,
    });
    await until("a client of the node that is back", async () => {
      using client = await connectBy(balancer, "new");
      return blockOf(client) !== blockOf(left);
    });
  }, 60_000);
});
