import { describe, expect, test } from "bun:test";
import type { NodeDeps } from "../../src/assemble.ts";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function ready(limits: Partial<NodeDeps["limits"]> = {}, parts: Partial<NodeDeps> = {}) {
  const memory = createAchex2Node(limits, parts);
  const ann = new ResumingClient(memory).named("Ann");
  const bob = memory.achex2("Bob");
  const session = () => {
    const found = memory.node.core.sessions.get(1);
    if (!found) throw new Error("Ann's session has ended");
    return found;
  };
  return { ...memory, ann, bob, session };
}

describe("[R81] what is held is bounded", () => {
  test("[R81] by bytes per session: the oldest are forgotten", () => {
    const { ann, bob, session } = ready({ resumeBytes: 10_000 });
    ann.drop();
    for (const n of numbers(1, 50)) bob.send({ to: "Ann", n, text: "x".repeat(900) });
    expect(session().log?.bytes).toBeLessThanOrEqual(10_000);
    expect(session().log?.length).toBeGreaterThan(5);
  });

  test("[R81] by bytes of the node: those that hold most forget first, and others resume", () => {
    const memory = createAchex2Node({ totalResumeBytes: 100_000 });
    const [big, small] = ["big", "small"].map((name) => new ResumingClient(memory).named(name));
    const bob = memory.achex2("Bob");
    big?.drop();
    small?.drop();
    bob.send({ to: "small", n: 1 });
    for (const n of numbers(1, 150)) bob.send({ to: "big", n, text: "x".repeat(1_000) });
    expect(memory.node.core.held.total).toBeLessThanOrEqual(100_000);
    small?.resume();
    expect(small?.values("n")).toEqual([1]);
    expect(big?.reconnect().frames()[0]?.$fault).toMatchObject({ code: "resume-gap" });
  });

  test("[R81] a message to many sessions counts once", () => {
    const memory = createAchex2Node();
    const members = numbers(1, 50).map((n) => new ResumingClient(memory).named(`m${n}`).send({ joinHub: "h" }));
    const before = memory.node.core.held.total;
    members[0]?.send({ toH: "h", text: "x".repeat(100_000) });
    const bytes = memory.node.core.held.total - before;
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(102_000);
    for (const member of members) {
      member.frames();
      member.acknowledge();
    }
    expect(memory.node.core.held.total).toBe(0);
  });

  test("[R81] for a client that never reads and reconnects again and again", () => {
    const { ann, bob, node } = ready({ resumeBytes: 100_000 });
    let connections = 0;
    const reconnect = () => {
      connections++;
      ann.reconnect();
    };
    for (let round = 0; round < 200; round++) {
      for (const n of numbers(1, 10)) bob.send({ to: "Ann", n, text: "x".repeat(1_000) });
      ann.drop();
      reconnect();
      expect(node.core.held.total).toBeLessThanOrEqual(102_000);
      expect(ann.socket.getBufferedAmount()).toBeLessThan(200_000);
    }
    expect(connections).toBe(200);
    expect(node.connections.waiting).toBe(0);
    expect(node.core.sessions.size).toBeLessThanOrEqual(2);
  });

  test("[L2 R73] what a client sends again is shaped like anything else", () => {
    const memory = createAchex2Node({ framesPerSecond: 10 });
    const ann = new ResumingClient(memory).named("Ann");
    const bob = memory.achex2("Bob");
    ann.drop();
    // Sent into a connection that had already ended.
    for (const n of numbers(1, 40)) ann.sent.push(JSON.stringify({ to: "Bob", n }));
    ann.resume();
    const first = bob.receivedValues("n");
    expect(first.length).toBeLessThan(25);
    memory.seconds(10);
    expect([...first, ...bob.receivedValues("n")]).toEqual(numbers(1, 40));
  });
});
