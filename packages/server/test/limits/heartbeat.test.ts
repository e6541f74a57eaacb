import { describe, expect, test } from "bun:test";
import { createMemoryNode, defaultLimits } from "../kit/node.ts";
import { RawSocket } from "../kit/raw-socket.ts";
import { startServer } from "../kit/server.ts";
import { frame, opcodes } from "../kit/wire.ts";

describe("H1: idle sessions", () => {
  test("a ping after 25 s of silence, closed 20 s later", () => {
    const { connect, seconds, node } = createMemoryNode();
    const { socket, end } = connect();
    seconds(24);
    expect(socket.pings).toEqual([]);
    seconds(1);
    expect(socket.pings).toEqual([""]);
    seconds(19);
    expect(socket.terminated).toBe(false);
    seconds(1);
    expect(socket.terminated).toBe(true);
    end(1006);
    expect(node.core.counters.closes).toEqual({ dead: 1 });
  });

  test("a session that answers pings stays open for ever", () => {
    const { connect, seconds } = createMemoryNode();
    const { socket, session } = connect();
    for (let n = 0; n < 600; n++) {
      seconds(40);
      session.pong("");
    }
    expect(socket.terminated).toBe(false);
    expect(socket.pings.length).toBe(600);
  });

  test.each(["a frame", "a binary frame", "a ping of its own"])("%s counts as activity", (sign) => {
    const { connect, seconds } = createMemoryNode();
    const { socket, session } = connect();
    for (let n = 0; n < 10; n++) {
      seconds(24);
      if (sign === "a frame") session.receive("{}");
      else if (sign === "a binary frame") session.receive(new Uint8Array(1));
      else session.pinged(0);
    }
    expect(socket.pings).toEqual([]);
    expect(socket.terminated).toBe(false);
  });

  test("frames sent to a session do not count as its activity", () => {
    const { connect, seconds } = createMemoryNode();
    const { socket, session } = connect();
    for (let n = 0; n < 44; n++) {
      seconds(1);
      session.send("{}");
    }
    expect(socket.terminated).toBe(false);
    seconds(1);
    expect(socket.terminated).toBe(true);
  });

  test("--ping-after and --dead-after can be changed", () => {
    const { connect, seconds } = createMemoryNode({
      limits: { ...defaultLimits, pingAfterSeconds: 3, deadAfterSeconds: 2 },
    });
    const { socket } = connect();
    seconds(4);
    expect([socket.pings.length, socket.terminated]).toEqual([1, false]);
    seconds(1);
    expect(socket.terminated).toBe(true);
  });

  test("--ping-after 0 never pings and never ends", () => {
    const { connect, seconds } = createMemoryNode({ limits: { ...defaultLimits, pingAfterSeconds: 0 } });
    const { socket } = connect();
    seconds(3_600);
    expect([socket.pings.length, socket.terminated]).toEqual([0, false]);
  });

  test("--dead-after 0 pings and never ends", () => {
    const { connect, seconds } = createMemoryNode({ limits: { ...defaultLimits, deadAfterSeconds: 0 } });
    const { socket } = connect();
    seconds(3_600);
    expect([socket.pings.length, socket.terminated]).toEqual([1, false]);
  });
});

test("H1, X6: on the wire, a peer that answers pings stays connected and one that does not is disconnected", async () => {
  await using server = await startServer({ "ping-after": 1, "dead-after": 1 });
  using silent = await RawSocket.login(server.ports.main, "silent");
  using living = await RawSocket.login(server.ports.main, "living");
  const answer = async (times: number) => {
    for (let n = 0; n < times; n++) {
      const { opcode, payload } = await living.frame("a ping");
      expect(opcode).toBe(opcodes.ping);
      living.write(frame({ opcode: opcodes.pong, payload }));
    }
  };
  const answered = answer(3);
  expect((await silent.frame("a ping")).opcode).toBe(opcodes.ping);
  expect(await silent.endedWith()).toBe(1006);
  await answered;
  await living.expectAlive();
  expect((await server.metrics()).closedBy("dead")).toBe(1);
}, 20_000);
