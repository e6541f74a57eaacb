import { expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { createMemoryNode } from "../kit/node.ts";
import { RawSocket } from "../kit/raw-socket.ts";
import { startServer } from "../kit/server.ts";
import { text } from "../kit/wire.ts";

const FRAMES = 5_000;

test("L2: of a flood the burst passes, the rest is dropped and counted, others are not held up", async () => {
  await using server = await startServer();
  using receiver = await TestClient.classic(server.ws(), "receiver");
  using other = await TestClient.classic(server.ws(), "other");
  using flooder = await RawSocket.login(server.ports.main, "flooder");
  const start = performance.now();
  flooder.write(...Array.from({ length: FRAMES }, (_, n) => text(`{"toS":${receiver.id},"n":${n}}`)));
  other.send({ to: "other", during: "the flood" });
  expect(await other.next()).toEndWith(`"FROM":"other"}`);
  // An echo would be dropped like the rest; a WebSocket ping is answered once all that stands before it was looked at.
  await flooder.expectPong();
  const seconds = (performance.now() - start) / 1000;
  const dropped = (await server.metrics()).dropped("frame-rate");
  const passed = FRAMES - dropped;
  // The login took one frame of the burst.
  expect(passed).toBeGreaterThanOrEqual(999);
  expect(passed).toBeLessThanOrEqual(1_000 + Math.ceil(seconds * 500));
  for (let n = 0; n < 999; n++) expect((await receiver.json()).n).toBe(n);
});

test("L2: a flood of bytes is dropped and counted as such", async () => {
  await using server = await startServer({ "max-bytes-per-second": "64KiB", "max-frames-per-second": 0 });
  using flooder = await RawSocket.login(server.ports.main, "flooder");
  const frame = text(`{"to":"nobody","x":"${"x".repeat(16_384)}"}`);
  flooder.write(...new Array<Buffer>(50).fill(frame));
  await flooder.expectPong();
  const { drops } = await server.metrics();
  expect((drops["byte-rate"] ?? 0) + (drops["no-recipient"] ?? 0)).toBe(50);
  expect(drops["no-recipient"] ?? 0).toBeGreaterThanOrEqual(7);
  expect(drops["byte-rate"] ?? 0).toBeGreaterThan(30);
});

test("L2: frames nobody can act on are limited like any other", async () => {
  await using server = await startServer();
  using flooder = await RawSocket.login(server.ports.main, "flooder");
  flooder.write(...new Array<Buffer>(3_000).fill(text("no JSON")));
  await flooder.expectPong();
  const { drops } = await server.metrics();
  expect((drops["not-json"] ?? 0) + (drops["frame-rate"] ?? 0)).toBe(3_000);
  expect(drops["frame-rate"] ?? 0).toBeGreaterThan(1_000);
});

test("L2, X2: a session above its limit for 10 s on end is closed with 1008 and a reason", () => {
  const { connect, clock } = createMemoryNode();
  const { socket, send } = connect();
  let seconds = 0;
  // 1,000 frames a second, twice the limit.
  for (; !socket.closedWith && seconds < 60; seconds += 0.01) {
    clock.advance(10);
    for (let n = 0; n < 10; n++) send("{}");
  }
  expect(socket.closedWith?.code).toBe(1008);
  expect(socket.closedWith?.reason).toContain("10 s");
  // The burst lasts 2 s at this rate.
  expect(seconds).toBeGreaterThan(11.9);
  expect(seconds).toBeLessThan(12.2);
});

test("L2: a session that pauses for more than a second in between is not closed", () => {
  const { connect, clock, node } = createMemoryNode();
  const { socket, send } = connect();
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < 2_000; n++) send("{}");
    clock.advance(1_100);
  }
  expect(socket.closedWith).toBeUndefined();
  expect(node.core.counters.drops["frame-rate"]).toBeGreaterThan(10_000);
});

test.each(["ping", "pong"] as const)("L2, X2: a flood of %ss ends as any other does", (kind) => {
  const { connect, clock, node } = createMemoryNode();
  const { session, socket } = connect();
  let seconds = 0;
  for (; !socket.closedWith && seconds < 60; seconds += 0.01) {
    clock.advance(10);
    for (let n = 0; n < 10; n++) kind === "ping" ? session.pinged(125) : session.pong("unasked");
  }
  expect(socket.closedWith?.code).toBe(1008);
  expect(seconds).toBeGreaterThan(11.9);
  expect(seconds).toBeLessThan(12.2);
  expect(node.core.counters.drops).toEqual({});
});

test("L2: pings and pongs at the rate allowed go on for ever", () => {
  const { connect, clock } = createMemoryNode();
  const { session, socket } = connect();
  for (let n = 0; n < 60_000; n++) {
    clock.advance(2);
    if (n % 2 === 0) session.pinged(125);
    else session.pong("");
  }
  expect(socket.closedWith).toBeUndefined();
});
