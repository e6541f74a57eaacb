// Tests the measurements of bench/hostile against a relay that misbehaves in a known way.
import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { fileURLToPath } from "node:url";
import type { Server } from "bun";
import { clientFrame, OPCODE } from "../hostile/kit/frames.ts";
import { startHelper } from "../hostile/kit/helper.ts";
import { HandshakeRefused, RawClient } from "../hostile/kit/raw-client.ts";
import { openSession } from "../hostile/kit/sessions.ts";
import type { Observation } from "../hostile/kit/types.ts";

setDefaultTimeout(60_000);

const STALL_MS = 400;
const bystander = fileURLToPath(new URL("../hostile/kit/bystander.ts", import.meta.url));

let server: Server<undefined> | undefined;
afterEach(() => void server?.stop(true));

/** A relay that sends every message to the client that logged in first. */
const relayWith = (before: (text: string) => void): number => {
  let receiver: Bun.ServerWebSocket<undefined> | undefined;
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, host) {
      if (new URL(request.url).pathname === "/full") return new Response("", { status: 503 });
      return host.upgrade(request) ? undefined : new Response("ok");
    },
    websocket: {
      message(socket, message) {
        const text = String(message);
        before(text);
        if (text.includes('"auth"')) {
          receiver ??= socket;
          socket.send('{"auth":"OK","SID":1}');
        } else if (text === "close") socket.close(1008, "flooding");
        else receiver?.send(text);
      },
    },
  });
  return server.port ?? 0;
};

test("a stall is paid for by every message that was due during it", async () => {
  const port = relayWith((text) => {
    if (text.includes('"n":100}')) Bun.sleepSync(STALL_MS);
  });
  const helper = startHelper([process.execPath, bystander, String(port), ""]);
  await helper.nextLine(20_000);
  const start = performance.timeOrigin + performance.now();
  helper.writeLine(`${start} ${start + 1_000}`);
  const observation: Observation = JSON.parse(await helper.nextLine(20_000));
  await helper.end();
  expect(observation.disconnected).toBe(false);
  expect(observation.latency.lost).toBe(0);
  expect(observation.latency.messages).toBeGreaterThan(190);
  // A message was due every 5 ms, so a third of this second's messages waited, evenly from the whole stall down to zero.
  expect(observation.latency.max).toBeGreaterThan(STALL_MS * 0.9);
  expect(observation.latency.p99).toBeGreaterThan(STALL_MS * 0.8);
});

test("a raw client reads text, counts bytes when it discards, and knows the code it was closed with", async () => {
  const endpoint = { port: relayWith(() => {}), instance: "raw", address: "198.51.100.1" };
  const received = Promise.withResolvers<string>();
  const reader = await openSession(endpoint, "reader", { onText: received.resolve });
  reader.send(Buffer.concat([clientFrame(OPCODE.text, "he", { fin: false }), clientFrame(OPCODE.continuation, "llo")]));
  expect(await received.promise).toBe("hello");
  const discarding = await openSession(endpoint, "other");
  discarding.text("close");
  await discarding.closed;
  expect(discarding.closeCode).toBe(1008);
  expect(discarding.receivedBytes).toBeGreaterThan(0);
});

test("a refused handshake says with which status", async () => {
  const endpoint = { port: relayWith(() => {}), instance: "full", address: "198.51.100.1" };
  const refused = await RawClient.connect(endpoint).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(HandshakeRefused);
  expect(refused).toMatchObject({ status: 503 });
});
