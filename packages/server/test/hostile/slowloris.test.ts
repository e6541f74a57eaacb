import { expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { handshakeText, RawSocket } from "../kit/raw-socket.ts";
import { startServer } from "../kit/server.ts";
import { until } from "../kit/wait.ts";

/** Bun ends a request that is not complete after 10 s, counted in steps of 4 s, however slowly it goes on coming. */
const PATIENCE_WITH_HALF_OPEN = 20_000;

const keptAlive = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
const bodyless = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc";

test(
  "half-open handshakes are ended by a timeout, dripping ones too; sessions work meanwhile and stay",
  async () => {
    await using server = await startServer();
    using idle = await TestClient.classic(server.ws(), "idle");
    const whole = handshakeText();
    const starts = ["", "G", "GET / HTTP/1.1\r\n", whole.slice(0, -40), whole.slice(0, -2), keptAlive, bodyless];
    const halfOpen: RawSocket[] = [];
    for (let n = 0; n < 300; n++) {
      const socket = await RawSocket.connect(server.ports.main);
      socket.write(starts[n % starts.length] ?? "");
      halfOpen.push(socket);
    }
    const ended = Promise.all(halfOpen.map((socket) => socket.ended(PATIENCE_WITH_HALF_OPEN)));
    let over = false;
    void ended.then(() => {
      over = true;
    });
    let served = 0;
    const dripping = await RawSocket.connect(server.ports.main);
    dripping.write("GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ");
    const dripped = dripping.ended(PATIENCE_WITH_HALF_OPEN);
    await until(
      "the half-open handshakes to end",
      async () => {
        dripping.write("x");
        using client = await TestClient.classic(server.ws(), `client ${served}`);
        client.send({ to: `client ${served}`, n: served++ });
        await client.next();
        return over;
      },
      PATIENCE_WITH_HALF_OPEN,
    );
    await Promise.all([ended, dripped]);
    expect(served).toBeGreaterThan(100);
    // It has said nothing for as long as they did, but it is a session: only pings decide about its life.
    await idle.expectNothing();
    expect((await server.metrics()).sessions).toBe(1);
  },
  PATIENCE_WITH_HALF_OPEN + 10_000,
);
