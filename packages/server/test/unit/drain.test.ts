import { describe, expect, test } from "bun:test";
import { drainSessions } from "../../src/session/drain.ts";
import { createMemoryNode, type MemoryConnection } from "../kit/node.ts";

function crowd(size: number) {
  const { node, clock, connect } = createMemoryNode();
  const connections = Array.from({ length: size }, () => connect());
  const closed = () => connections.filter(({ socket }) => socket.closedWith).length;
  const drain = (seconds: number) => {
    const state = { over: false };
    const done = drainSessions(node.core.sessions.values(), seconds, clock).then(() => {
      state.over = true;
    });
    return { state, done };
  };
  return { clock, connections, closed, drain, sessions: node.core.sessions };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const end = (connections: readonly MemoryConnection[]) => {
  for (const connection of connections) connection.end(1001);
};

describe("X1 a server that stops", () => {
  test("[X1] closes each session with 1001, and is done when all are gone", async () => {
    const { clock, connections, drain } = crowd(3);
    const { done } = drain(5);
    expect(connections.map(({ socket }) => socket.closedWith?.code)).toEqual([1001, 1001, 1001]);
    end(connections);
    clock.advance(50);
    await done;
  });

  test("[X1] is done at once when nobody is there", async () => {
    await crowd(0).drain(5).done;
  });

  test("[X1] closes few sessions at once, many spread over the time given", async () => {
    const { clock, connections, closed, drain } = crowd(1_000);
    const { state, done } = drain(0.5);
    expect(closed()).toBe(20);
    clock.advance(200);
    expect(closed()).toBe(420);
    clock.advance(200);
    expect(closed()).toBe(820);
    clock.advance(90);
    expect(closed()).toBe(1_000);
    await settled();
    expect(state.over).toBe(false);
    end(connections);
    clock.advance(50);
    await done;
  });

  test("[X1] with a time of 0 closes all at once", () => {
    const { closed, drain } = crowd(1_000);
    drain(0);
    expect(closed()).toBe(1_000);
  });

  test("[X1] does not wait for ever for those that do not answer", async () => {
    const { clock, connections, sessions, drain } = crowd(2);
    const { state, done } = drain(5);
    end(connections.slice(1));
    clock.advance(950);
    await settled();
    expect(state.over).toBe(false);
    clock.advance(50);
    await done;
    expect(sessions.size).toBe(1);
  });
});
