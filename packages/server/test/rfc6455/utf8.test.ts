import { describe, expect, test } from "bun:test";
import { RawSocket } from "../kit/raw-socket.ts";
import { createSharedServer } from "../kit/shared-server.ts";
import { close, closePayload, continuation, frame, opcodes, text } from "../kit/wire.ts";

const shared = createSharedServer({ "max-frames-per-second": 0 });

const head = Buffer.from('{"echo":"');
const tail = Buffer.from('"}');
const echoOf = (bytes: readonly number[]) => Buffer.concat([head, Buffer.from(bytes), tail]);

const valid = {
  "the last of one byte": [0x7f],
  "two bytes": [0xc2, 0x80, 0xdf, 0xbf],
  "three bytes": [0xe0, 0xa0, 0x80, 0xed, 0x9f, 0xbf, 0xee, 0x80, 0x80, 0xef, 0xbf, 0xbf],
  "four bytes": [0xf0, 0x90, 0x80, 0x80, 0xf4, 0x8f, 0xbf, 0xbf],
  "a byte order mark in the text": [0xef, 0xbb, 0xbf],
};

const invalid = {
  "a continuation byte alone": [0x80],
  "two bytes without the second": [0xc3],
  "three bytes without the third": [0xe2, 0x82],
  "four bytes without the fourth": [0xf0, 0x9f, 0x98],
  "an overlong slash in two bytes": [0xc0, 0xaf],
  "an overlong slash in three bytes": [0xe0, 0x80, 0xaf],
  "an overlong slash in four bytes": [0xf0, 0x80, 0x80, 0xaf],
  "a high surrogate": [0xed, 0xa0, 0x80],
  "a low surrogate": [0xed, 0xbf, 0xbf],
  "a surrogate pair": [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  "beyond U+10FFFF": [0xf4, 0x90, 0x80, 0x80],
  "five bytes": [0xf8, 0x88, 0x80, 0x80, 0x80],
  "byte FE": [0xfe],
  "byte FF": [0xff],
};

/** The message whole, and in two fragments cut before every byte of its middle. */
function* cutEverywhere(message: Buffer): Generator<readonly Buffer[]> {
  yield [text(message)];
  for (let cut = head.length; cut <= message.length - tail.length; cut++)
    yield [text(message.subarray(0, cut), false), continuation(message.subarray(cut), true)];
}

describe("8.1 valid UTF-8", () => {
  test.each(Object.entries(valid))("%s, cut anywhere, comes back byte for byte", async (_, bytes) => {
    using socket = await RawSocket.open(shared.port);
    const message = echoOf(bytes);
    for (const parts of cutEverywhere(message)) {
      socket.write(...parts);
      expect((await socket.frame()).payload.equals(message)).toBe(true);
    }
  });

  test("V4: noncharacters and NUL escapes are payload like any other", async () => {
    using socket = await RawSocket.open(shared.port);
    const message = '{"echo":"\uffff\ufdd0\\u0000"}';
    socket.write(text(message));
    await socket.expectText(message);
  });
});

describe("8.1 invalid UTF-8", () => {
  test.each(Object.entries(invalid))("X5: %s, cut anywhere, closes with 1007", async (_, bytes) => {
    for (const parts of cutEverywhere(echoOf(bytes))) {
      using socket = await RawSocket.open(shared.port);
      socket.write(...parts);
      expect(await socket.endedWith()).toBe(1007);
    }
  });

  test.each(Object.entries(invalid))("X5: %s in a close reason closes with 1007", async (_, bytes) => {
    using socket = await RawSocket.open(shared.port);
    socket.write(close(1000, Buffer.from(bytes)));
    expect(await socket.endedWith()).toBe(1007);
  });

  test("X5: a message that ends inside a character closes with 1007", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(text(Buffer.from([0x22, 0xe2, 0x82])));
    expect(await socket.endedWith()).toBe(1007);
  });

  test("M1: nothing of an invalid message reaches anybody", async () => {
    using socket = await RawSocket.login(shared.port, "sender");
    const start = Buffer.from('{"to":"bystander","m":"');
    socket.write(text(start, false), continuation(Buffer.concat([Buffer.from([0xff]), tail]), true));
    expect(await socket.endedWith()).toBe(1007);
  });

  test("B3: bytes that are no UTF-8 are fine in a binary message, which is dropped, and in a ping", async () => {
    using socket = await RawSocket.open(shared.port);
    const bytes = Buffer.from([0xff, 0xfe, 0x80]);
    socket.write(frame({ opcode: opcodes.binary, payload: bytes }), frame({ opcode: opcodes.ping, payload: bytes }));
    expect((await socket.frame()).payload.equals(bytes)).toBe(true);
    await socket.expectAlive();
  });

  test("the reason of a close may hold any valid text", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(frame({ opcode: opcodes.close, payload: closePayload(1000, "tschüß 😀") }));
    expect(await socket.endedWith()).toBe(1000);
  });
});
