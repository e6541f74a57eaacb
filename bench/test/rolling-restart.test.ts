// The short form of bench/rolling-restart.ts: nodes in this process.
import { expect, test } from "bun:test";
import { startNats } from "../../packages/server/test/kit/nats-server.ts";
import { startServer } from "../../packages/server/test/kit/server.ts";
import { type Relay, rollingRestart } from "../rolling/restart.ts";

async function nodeOf(cluster: string, node: string): Promise<Relay> {
  let server = await startServer({ cluster, node });
  const { main: port } = server.ports;
  return {
    port,
    async start() {
      server = await startServer({ cluster, node, port });
    },
    stop: () => server.stop(),
  };
}

test("R82 R168 a rolling restart of three nodes under load loses and repeats nothing", async () => {
  await using nats = await startNats();
  const relays = [await nodeOf(nats.url, "n1"), await nodeOf(nats.url, "n2"), await nodeOf(nats.url, "n3")];
  const result = await rollingRestart({ clients: 30, interval: 100, pause: 300 }, relays);
  for (const one of relays) await one.stop();
  expect(result).toMatchObject({ lost: 0, repeated: 0, outOfOrder: 0, wrongResults: 0, rejected: 0, sessionsLost: 0 });
  expect(result.sent).toBeGreaterThan(100);
  // Each node has had a third of the clients at least once.
  expect(result.moved).toBeGreaterThanOrEqual(20);
}, 60_000);
