import { describe, expect, test } from "bun:test";
import { RawSocket } from "../kit/raw-socket.ts";
import { createSharedServer } from "../kit/shared-server.ts";
import { frame, opcodes, text } from "../kit/wire.ts";

const shared = createSharedServer();

/** An echo frame of exactly so many bytes. */
const echoOf = (bytes: number) => `{"echo":"${"x".repeat(bytes - 11)}"}`;

describe("5.2 payload length", () => {
  test.each([125, 126, 127, 65_535, 65_536])("V1: a text of %d bytes comes back whole", async (length) => {
    using socket = await RawSocket.open(shared.port);
    socket.write(text(echoOf(length)));
    const { opcode, fin, masked, reserved, payload } = await socket.frame();
    expect({ opcode, fin, masked, reserved, length: payload.length }).toEqual({
      opcode: opcodes.text,
      fin: true,
      masked: false,
      reserved: 0,
      length,
    });
    expect(payload.toString()).toBe(echoOf(length));
  });

  test("B1: an empty text is not JSON; it is dropped and the connection stays open", async () => {
    const before = (await shared.server.metrics()).dropped("not-json");
    using socket = await RawSocket.open(shared.port);
    socket.write(text(""));
    await socket.expectAlive();
    expect((await shared.server.metrics()).dropped("not-json")).toBe(before + 1);
  });

  test("B3: an empty binary message is dropped and the connection stays", async () => {
    const before = (await shared.server.metrics()).dropped("binary");
    using socket = await RawSocket.open(shared.port);
    socket.write(frame({ opcode: opcodes.binary }));
    await socket.expectAlive();
    expect((await shared.server.metrics()).dropped("binary")).toBe(before + 1);
  });

  test("L4: the largest frame allowed passes", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(text(echoOf(1024 ** 2)));
    expect(await socket.text()).toBe(echoOf(1024 ** 2));
  });

  test.each([16, 64] as const)(
    "a short length written in %d bits is taken (RFC: must not be sent)",
    async (lengthBits) => {
      using socket = await RawSocket.open(shared.port);
      socket.write(frame({ opcode: opcodes.text, payload: '{"echo":1}', lengthBits }));
      await socket.expectText('{"echo":1}');
    },
  );

  test.each([
    ["the highest bit set", 2n ** 63n + 5n],
    ["2 GiB claimed", 2n ** 31n],
    ["all bits set", 2n ** 64n - 1n],
  ])("L4: a 64-bit length with %s is refused before its payload comes", async (_, claimedLength) => {
    using socket = await RawSocket.open(shared.port);
    socket.write(frame({ opcode: opcodes.text, lengthBits: 64, claimedLength }));
    expect(await socket.endedWith()).toBe(1009);
  });
});
