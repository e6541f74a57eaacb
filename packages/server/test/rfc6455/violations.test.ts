import { describe, expect, test } from "bun:test";
import { RawSocket } from "../kit/raw-socket.ts";
import { createSharedServer } from "../kit/shared-server.ts";
import { closePayload, continuation, frame, opcodes, ping, text } from "../kit/wire.ts";

const shared = createSharedServer();

/** The bytes end their connection with this code; what follows them in the same segment is not looked at. */
async function endsWith(code: number, ...bytes: readonly Buffer[]): Promise<void> {
  using socket = await RawSocket.login(shared.port, "violator");
  socket.write(...bytes, text(JSON.stringify({ to: "bystander", after: "the violation" })));
  expect(await socket.endedWith()).toBe(code);
}

describe("5.2 reserved bits", () => {
  test.each([1, 2, 3, 4, 5, 6, 7])("X5: bits %d on a text close with 1002", (reserved) =>
    endsWith(1002, frame({ opcode: opcodes.text, payload: '{"echo":1}', reserved })),
  );
  test.each([1, 2, 4])("X5: bits %d on a ping close with 1002", (reserved) =>
    endsWith(1002, frame({ opcode: opcodes.ping, payload: "x", reserved })),
  );
  test("X5: bits on a continuation close with 1002", () =>
    endsWith(1002, text('{"ec', false), frame({ opcode: opcodes.continuation, payload: 'ho":1}', reserved: 4 })));
});

describe("5.2 opcodes", () => {
  test.each([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])("X5: reserved opcode %d closes with 1002", (opcode) =>
    endsWith(1002, frame({ opcode, payload: '{"echo":1}' })),
  );
});

describe("5.1 masking", () => {
  test.each(Object.entries(opcodes))("X5: an unmasked %s closes with 1002", (_, opcode) =>
    endsWith(1002, frame({ opcode, payload: opcode === opcodes.close ? closePayload(1000) : "{}", masked: false })),
  );
});

describe("5.5 control frames", () => {
  test.each([0, 1, 125])("a ping of %d bytes is answered with its payload", async (length) => {
    using socket = await RawSocket.open(shared.port);
    socket.write(ping("p".repeat(length)));
    const pong = await socket.frame("a pong");
    expect([pong.opcode, pong.payload.length, pong.masked]).toEqual([opcodes.pong, length, false]);
  });

  test("pings are answered one by one, in order", async () => {
    using socket = await RawSocket.open(shared.port);
    const payloads = ["a", "b", "c", "d"];
    socket.write(...payloads.map((payload) => ping(payload)));
    for (const payload of payloads) expect((await socket.frame()).payload.toString()).toBe(payload);
  });

  test("5.5.3: a pong nobody asked for is ignored", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(frame({ opcode: opcodes.pong, payload: "unasked" }));
    await socket.expectAlive();
  });

  test("K11: a pong with a made-up payload answers no latency question", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(text("ping"));
    const asked = await socket.frame("the server's ping");
    expect(asked.opcode).toBe(opcodes.ping);
    socket.write(frame({ opcode: opcodes.pong, payload: "made up" }));
    await socket.expectAlive();
    socket.write(frame({ opcode: opcodes.pong, payload: asked.payload }));
    expect(await socket.text()).toMatch(/^\{"ltcy":"\d+ms"\}$/);
  });

  test("X5: a ping of 126 bytes closes with 1002", () => endsWith(1002, ping("p".repeat(126))));
  test("X5: a pong of 126 bytes closes with 1002", () =>
    endsWith(1002, frame({ opcode: opcodes.pong, payload: "p".repeat(126) })));
  test("X5: a close of 126 bytes closes with 1002", () =>
    endsWith(1002, frame({ opcode: opcodes.close, payload: closePayload(1000, "r".repeat(124)) })));
  test("X5: a short ping with a 64-bit length closes with 1002", () =>
    endsWith(1002, frame({ opcode: opcodes.ping, payload: "p", lengthBits: 64 })));
  test.each([opcodes.ping, opcodes.pong, opcodes.close])(
    "X5: a fragmented control frame %d closes with 1002",
    (opcode) => endsWith(1002, frame({ opcode, fin: false, payload: closePayload(1000) }), continuation("", true)),
  );
});

test("X5: violations are counted as such, and nobody is blamed for vanishing", async () => {
  const before = await shared.server.metrics();
  await endsWith(1002, frame({ opcode: 3 }));
  const after = await shared.server.metrics();
  expect(after.closedBy("protocol-error")).toBe(before.closedBy("protocol-error") + 1);
  expect(after.closedBy("vanished")).toBe(before.closedBy("vanished"));
  const codes = 'achex_close_codes_total{code="1002"}';
  expect(after.get(codes)).toBe(before.get(codes) + 1);
});
