import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RawSocket } from "../kit/raw-socket.ts";
import { createSharedServer } from "../kit/shared-server.ts";
import { continuation, frame, opcodes, ping, text } from "../kit/wire.ts";

const shared = createSharedServer({ "max-frames-per-second": 0 });

/** The message in as many fragments as there are cuts and one more; cuts are indices into its bytes. */
function fragments(message: Buffer, cuts: readonly number[]): Buffer[] {
  const edges = [0, ...cuts.toSorted((a, b) => a - b), message.length];
  return edges.slice(1).map((end, i) => {
    const part = message.subarray(edges[i], end);
    const last = i === edges.length - 2;
    return i === 0 ? text(part, last) : continuation(part, last);
  });
}

describe("5.4 fragmentation", () => {
  test("pings between fragments are answered at once, and the message comes whole", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(text('{"ec', false), ping("one"), continuation('ho":', false), ping("two"));
    for (const payload of ["one", "two"]) {
      const pong = await socket.frame("a pong");
      expect([pong.opcode, pong.payload.toString()]).toEqual([opcodes.pong, payload]);
    }
    socket.write(continuation("2}", true));
    await socket.expectText('{"echo":2}');
  });

  test("empty fragments at the start, in the middle and at the end", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(text("", false), continuation("", false), continuation('{"echo":3}', false), continuation("", true));
    await socket.expectText('{"echo":3}');
  });

  test("one byte a fragment", async () => {
    using socket = await RawSocket.open(shared.port);
    const message = Buffer.from('{"echo":"ä€😀"}');
    socket.write(...fragments(message, Array.from(message.keys()).slice(1)));
    await socket.expectText(message.toString());
  });

  test("B3: a fragmented binary message is dropped once", async () => {
    const before = (await shared.server.metrics()).dropped("binary");
    using socket = await RawSocket.open(shared.port);
    socket.write(frame({ opcode: opcodes.binary, fin: false, payload: "ab" }), continuation("cd", true));
    await socket.expectAlive();
    expect((await shared.server.metrics()).dropped("binary")).toBe(before + 1);
  });

  test("L4: fragments count together towards the largest frame", async () => {
    using socket = await RawSocket.open(shared.port);
    const half = "x".repeat(600_000);
    socket.write(text(`{"echo":"${half}`, false), continuation(`${half}"}`, true));
    expect(await socket.endedWith()).toBe(1009);
  });

  test("L4: endless empty fragments hold nothing up", async () => {
    using socket = await RawSocket.open(shared.port);
    socket.write(text('{"echo":', false), ...new Array<Buffer>(20_000).fill(continuation("", false)));
    socket.write(continuation("4}", true));
    await socket.expectText('{"echo":4}');
  });

  test("any text, cut anywhere, with pings anywhere, comes back as it was", async () => {
    using socket = await RawSocket.open(shared.port);
    const cutMessages = fc.string({ unit: "binary", maxLength: 40 }).chain((payload) => {
      const message = Buffer.from(JSON.stringify({ echo: payload }));
      return fc.tuple(fc.constant(message), fc.array(fc.nat(message.length), { maxLength: 6 }), fc.nat(6));
    });
    await fc.assert(
      fc.asyncProperty(cutMessages, async ([message, cuts, pingAt]) => {
        const parts = fragments(message, cuts);
        parts.splice(pingAt, 0, ping("p"));
        socket.write(...parts);
        const frames = [await socket.frame(), await socket.frame()];
        const echoed = frames.find(({ opcode }) => opcode === opcodes.text);
        expect(echoed?.payload.equals(message)).toBe(true);
        expect(frames.some(({ opcode }) => opcode === opcodes.pong)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("5.4 fragments out of order close with 1002", () => {
  const cases: readonly (readonly [string, readonly Buffer[]])[] = [
    ["a continuation that continues nothing", [continuation('{"echo":1}', true)]],
    ["an unfinished continuation that continues nothing", [continuation('{"echo":1}', false)]],
    ["a text inside a fragmented message", [text('{"ec', false), text('{"echo":1}')]],
    ["a binary inside a fragmented message", [text('{"ec', false), frame({ opcode: opcodes.binary, payload: "x" })]],
    [
      "a continuation after the last fragment",
      [text('{"a":', false), continuation("1}", true), continuation("1}", true)],
    ],
  ];
  test.each(cases)("X5: %s", async (_, bytes) => {
    using socket = await RawSocket.open(shared.port);
    socket.write(...bytes);
    expect(await socket.endedWith()).toBe(1002);
  });
});
