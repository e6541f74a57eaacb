import { expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { startCluster } from "../kit/cluster.ts";
import { handshakeText, RawSocket } from "../kit/raw-socket.ts";

test("R164 L1 the limit of sessions is that of each node", async () => {
  await using cluster = await startCluster(2, { "max-sessions": 1 });
  for (const node of cluster.nodes) {
    using first = await TestClient.classic(node.ws(), "first");
    using raw = await RawSocket.connect(node.ports.main);
    raw.write(handshakeText());
    expect((await raw.answer()).status).toBe(503);
    await first.close();
  }
  const open = await Promise.all(cluster.nodes.map((node) => TestClient.classic(node.ws(), "both")));
  for (const client of open) client[Symbol.dispose]();
}, 60_000);
