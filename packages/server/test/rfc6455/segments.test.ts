import { expect, test } from "bun:test";
import { handshakeText, RawSocket } from "../kit/raw-socket.ts";
import { createSharedServer } from "../kit/shared-server.ts";
import { opcodes, ping, text } from "../kit/wire.ts";

const shared = createSharedServer();

test("V5: login, registration and a message in one TCP segment are handled in order", async () => {
  using socket = await RawSocket.open(shared.port);
  socket.write(
    text('{"setID":"one-segment","passwd":"x"}'),
    text('{"cmd":"register_broadcast","bid":"segment"}'),
    text('{"bc":"segment","n":1}'),
    ping("p"),
    text('{"echo":2}'),
  );
  await socket.expectText('{"auth":"ok"}');
  await socket.expectText(`{"bc":"segment","n":1,"sID":${socket.id},"FROM":"one-segment"}`);
  const frames = [await socket.frame(), await socket.frame()];
  expect(frames.map(({ opcode, payload }) => `${opcode} ${payload}`).toSorted()).toEqual([
    `${opcodes.text} {"echo":2}`,
    `${opcodes.pong} p`,
  ]);
});

test("K1, K2: handshake and login in one TCP segment; the greeting still comes first", async () => {
  using socket = await RawSocket.connect(shared.port);
  socket.write(handshakeText(), text('{"setID":"eager","passwd":"x"}'), text('{"echo":1}'));
  expect((await socket.answer()).status).toBe(101);
  expect(await socket.text()).toMatch(/^\{"SID":\d+\}$/);
  await socket.expectText('{"auth":"ok"}');
  await socket.expectText('{"echo":1}');
});

test("a handshake and a frame that come byte by byte", async () => {
  using socket = await RawSocket.connect(shared.port);
  await socket.writeBytewise(Buffer.from(handshakeText()));
  expect((await socket.answer()).status).toBe(101);
  expect(await socket.text()).toMatch(/^\{"SID":\d+\}$/);
  await socket.writeBytewise(text(`{"echo":"${"ä€😀".repeat(16)}"}`));
  await socket.expectText(`{"echo":"${"ä€😀".repeat(16)}"}`);
});

test("V5: 400 frames in one write come back in order", async () => {
  using socket = await RawSocket.open(shared.port);
  const frames = Array.from({ length: 400 }, (_, n) => `{"echo":${n}}`);
  socket.write(...frames.map((frame) => text(frame)));
  for (const frame of frames) await socket.expectText(frame);
});
