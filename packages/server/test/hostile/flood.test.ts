import { expect, test } from "bun:test";
import { TestClient } from "../kit/client.ts";
import { createMemoryNode, defaultLimits } from "../kit/node.ts";
import { RawSocket } from "../kit/raw-socket.ts";
import { startServer } from "../kit/server.ts";
import { text } from "../kit/wire.ts";

const FRAMES = 5_000;

test("[L2 V5] a burst of 5,000 frames arrives complete and in order, and does not delay others", async () => {
  await using server = await startServer({ "max-frames-per-second": 2_000 });
  using receiver = await TestClient.classic(server.ws(), "receiver");
  using other = await TestClient.classic(server.ws(), "other");
  using sender = await RawSocket.login(server.ports.main, "sender");
  sender.write(...Array.from({ length: FRAMES }, (_, n) => text(`{"toS":${receiver.id},"n":${n}}`)));
  other.send({ to: "other", during: "the burst" });
  expect(await other.next()).toEndWith(`"FROM":"other"}`);
  for (let n = 0; n < FRAMES; n++) expect((await receiver.json()).n).toBe(n);
  expect((await server.metrics()).drops).toEqual({});
});

test("[L2 M5] frames sent far above the rate just before closing are delivered", () => {
  const { connect, clock, node } = createMemoryNode();
  const receiver = connect();
  receiver.send('{"setID":"receiver"}');
  const sender = connect();
  sender.send('{"setID":"sender"}');
  for (let n = 0; n < FRAMES; n++) sender.send(`{"to":"receiver","n":${n}}`);
  sender.end();
  clock.advance(10_000);
  receiver.socket.flush();
  const numbers = receiver.socket.received.slice(2).map((frame) => JSON.parse(String(frame)).n);
  expect(numbers).toEqual(Array.from({ length: FRAMES }, (_, n) => n));
  expect(node.core.sessions.size).toBe(1);
  expect(node.core.queuedBytes.total).toBe(0);
});

test("[L2] frames that will be dropped wait like any other", () => {
  const { connect, clock, node } = createMemoryNode();
  const { send } = connect();
  for (let n = 0; n < 3_000; n++) send("no JSON");
  expect(node.core.counters.drops).toEqual({ "not-json": 1_000 });
  clock.advance(1_000);
  expect(node.core.counters.drops["not-json"]).toBeLessThanOrEqual(1_500);
  clock.advance(10_000);
  expect(node.core.counters.drops).toEqual({ "not-json": 3_000 });
});

test("[L2] a flood of bytes also waits, and is dropped and counted beyond the queue", () => {
  const limits = { framesPerSecond: 0, bytesPerSecond: 65_536, queuedBytes: 262_144 };
  const { connect, clock, node } = createMemoryNode({ limits: { ...defaultLimits, ...limits } });
  const { send } = connect();
  for (let n = 0; n < 50; n++) send(`{"nothing":"${"x".repeat(16_384)}"}`);
  expect(node.core.counters.drops).toEqual({ "no-verb": 7, "queue-full": 28 });
  clock.advance(10_000);
  expect(node.core.counters.drops).toEqual({ "no-verb": 22, "queue-full": 28 });
});

test("[R6 L3] rejections are also bounded: as many per second as frames may be sent", () => {
  const { connect, clock } = createMemoryNode({
    limits: { ...defaultLimits, framesPerSecond: 100, queuedBytes: 1_000 },
  });
  const { send, socket } = connect({ dialect: "achex.2" });
  for (let ref = 0; ref < 1_900; ref++) send(`{"$ref":${ref},"echo":1}`);
  socket.flush();
  const refusals = () => socket.received.filter((frame) => String(frame).includes("queue-full")).length;
  expect(refusals()).toBe(100);
  clock.advance(1_000);
  for (let ref = 0; ref < 1_900; ref++) send(`{"$ref":${ref},"echo":1}`);
  socket.flush();
  expect(refusals()).toBe(200);
});

test("[L2 L3] a session that waits because of its deliveries is rejected with delivery-rate", () => {
  const limits = { framesPerSecond: 0, bytesPerSecond: 0, deliveredBytesPerSecond: 2_000, queuedBytes: 1_000 };
  const { connect, node } = createMemoryNode({ limits: { ...defaultLimits, ...limits } });
  const member = connect();
  for (const frame of ['{"setID":"Bob"}', '{"joinHub":"h"}']) member.send(frame);
  const { send, socket } = connect({ dialect: "achex.2" });
  send('{"setID":"Ann"}');
  send(`{"toH":"h","x":"${"x".repeat(10_000)}"}`);
  for (let ref = 0; ref < 30; ref++) send(`{"$ref":${ref},"echo":1}`);
  socket.flush();
  expect(Object.keys(node.core.counters.drops)).toEqual(["delivery-rate"]);
  expect(socket.received.at(-1)).toContain('"code":"delivery-rate"');
  expect(socket.received.at(-1)).toContain('"retry":true');
});

test("[L3] frames that wait in all sessions together are bounded", () => {
  const limits = { ...defaultLimits, totalQueuedBytes: 100_000 };
  const { connect, node } = createMemoryNode({ limits });
  for (let n = 0; n < 10; n++) {
    const { send } = connect();
    for (let frame = 0; frame < 1_500; frame++) send("no JSON");
  }
  expect(node.core.queuedBytes.total).toBeLessThanOrEqual(100_000 + 64);
  expect(node.core.counters.drops["queue-full"]).toBeGreaterThan(3_000);
});

test("[L2 X2] more than 20 times the rate within a second closes the session at once, with its waiting frames", () => {
  const { connect, node, seconds } = createMemoryNode();
  const { socket, send, end } = connect();
  let sent = 0;
  for (; !socket.closedWith && sent < 100_000; sent++) send("{}");
  expect(sent).toBe(10_001);
  expect(socket.closedWith?.code).toBe(1008);
  expect(node.core.queuedBytes.total).toBe(0);
  for (let n = 0; n < 1_000; n++) send("{}");
  end(1008);
  seconds(1);
  expect(node.core.sessions.size).toBe(0);
});

test("[L2 L3 X2] a session whose queue stays full for 10 s is closed with 1008 and a reason", () => {
  const { connect, clock } = createMemoryNode();
  const { socket, send } = connect();
  const frame = `{"x":"${"x".repeat(1_000)}"}`;
  let seconds = 0;
  // 1,000 frames a second, twice the limit.
  for (; !socket.closedWith && seconds < 60; seconds += 0.01) {
    clock.advance(10);
    for (let n = 0; n < 10; n++) send(frame);
  }
  expect(socket.closedWith?.code).toBe(1008);
  expect(socket.closedWith?.reason).toContain("10 s");
  // The burst lasts 2 s at this rate, and the queue holds another 2.
  expect(seconds).toBeGreaterThan(13);
  expect(seconds).toBeLessThan(15);
});

test("[L2] a session that pauses for more than a second in between is not closed", () => {
  const { connect, clock, node } = createMemoryNode();
  const { socket, send } = connect();
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < 9_000; n++) send(`{"x":"${"x".repeat(300)}"}`);
    clock.advance(1_100);
  }
  expect(socket.closedWith).toBeUndefined();
  expect(node.core.counters.drops["queue-full"]).toBeGreaterThan(10_000);
});

test.each(["ping", "pong"] as const)("[L2 X2] a flood of %ss closes the session like any other", (kind) => {
  const { connect, clock, node } = createMemoryNode();
  const { session, socket } = connect();
  const control = () => (kind === "ping" ? session.pinged(125) : session.pong("unasked"));
  let seconds = 0;
  for (; !socket.closedWith && seconds < 60; seconds += 0.01) {
    clock.advance(10);
    for (let n = 0; n < 10; n++) control();
  }
  expect(socket.closedWith?.code).toBe(1008);
  expect(seconds).toBeGreaterThan(11.9);
  expect(seconds).toBeLessThan(12.2);
  expect(node.core.counters.drops).toEqual({});
});

test.each(["ping", "pong"] as const)("[L2 X2] 20 times the rate of %ss is closed at once", (kind) => {
  const { session, socket } = createMemoryNode().connect();
  let sent = 0;
  for (; !socket.closedWith && sent < 100_000; sent++) kind === "ping" ? session.pinged(0) : session.pong("");
  expect(sent).toBe(10_001);
});

test("[L2] pings and pongs at the allowed rate may continue for ever", () => {
  const { connect, clock } = createMemoryNode();
  const { session, socket } = connect();
  for (let n = 0; n < 60_000; n++) {
    clock.advance(2);
    if (n % 2 === 0) session.pinged(125);
    else session.pong("");
  }
  expect(socket.closedWith).toBeUndefined();
});
