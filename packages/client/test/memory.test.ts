import { expect, test } from "bun:test";
import { readyClient, settled } from "./kit/scripted-client.ts";

const heap = () => {
  Bun.gc(true);
  return process.memoryUsage().heapUsed;
};

test("memory stays flat over 10,000 reconnects, and so do timers", async () => {
  const { ann, relay, clock, states, faults, losses } = readyClient();
  const room = ann.hub("kitchen");
  void room.join();
  let early = 0;
  for (let round = 0; round <= 10_000; round++) {
    void ann.to("Bob").send({ round });
    relay.socket.drop();
    while (ann.state !== "connecting") clock.advance(1_000);
    relay.socket.accept(round + 2);
    relay.socket.reply(relay.socket.take("joinHub"), { count: 1 });
    if (round % 100 === 0) {
      await settled();
      // The heartbeat of the connection at hand, and none of those before.
      expect(clock.pending).toBe(1);
    }
    relay.sockets.splice(0, relay.sockets.length - 1);
    for (const list of [states, faults, losses]) list.length = 0;
    if (round === 1_000) early = heap();
  }
  expect(ann.state).toBe("ready");
  // Twice a reconnection's own garbage; ten bytes kept per reconnection would be 90 kB.
  expect(heap() - early).toBeLessThan(500_000);
  ann.close();
  expect(clock.pending).toBe(0);
});
