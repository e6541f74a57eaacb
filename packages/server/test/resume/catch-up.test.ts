import { describe, expect, test } from "bun:test";
import type { NodeDeps } from "../../src/assemble.ts";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

const KIB = 1024;
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

describe("[R83] the replay is paced", () => {
  test("[R83] it waits while 1 MiB is unsent and goes on when that is written; then the client is live", () => {
    const { ann, bob, session } = ready();
    ann.drop();
    const text = "x".repeat(64 * KIB);
    for (const n of numbers(1, 100)) bob.send({ to: "Ann", n, text });
    ann.reconnect();
    expect(session().isCatchingUp).toBe(true);
    const heard: unknown[] = [];
    let rounds = 0;
    for (; session().isCatchingUp; rounds++) {
      expect(ann.socket.getBufferedAmount()).toBeLessThan(1.2 * KIB * KIB);
      heard.push(...ann.values("n"));
      bob.send({ to: "Ann", n: 101 + rounds });
      ann.socket.data.owner?.drained();
    }
    heard.push(...ann.values("n"));
    expect(rounds).toBeGreaterThan(4);
    expect(heard).toEqual(numbers(1, 100 + rounds));
    bob.send({ to: "Ann", n: "live" });
    expect(ann.values("n")).toEqual(["live"]);
  });

  test("[R83 L5] it stays within a backlog that is smaller than that", () => {
    const { ann, bob, session } = ready({ backlogBytes: 64 * KIB });
    ann.drop();
    for (const n of numbers(1, 100)) bob.send({ to: "Ann", n, text: "x".repeat(KIB) });
    ann.reconnect({}, { backlog: 64 * KIB });
    const heard = ann.values("n");
    while (session().isCatchingUp) {
      ann.socket.data.owner?.drained();
      heard.push(...ann.values("n"));
    }
    expect(heard).toEqual(numbers(1, 100));
    expect(ann.socket.terminated).toBe(false);
  });

  test("[R83] it takes several turns, and others are served in between", () => {
    const { ann, bob, clock, session } = ready();
    ann.drop();
    for (const n of numbers(1, 2_000)) bob.send({ to: "Ann", n });
    bob.received();
    clock.hasLongTurns = true;
    clock.turn();
    ann.reconnect();
    const first = ann.values("n").length;
    expect(first).toBeLessThan(600);
    bob.send({ $ref: 1, echo: "served" });
    expect(bob.receivedValues("$ref")).toEqual([1]);
    const heard = first;
    let turns = 0;
    let rest = 0;
    for (; session().isCatchingUp; turns++) {
      clock.turn();
      rest += ann.values("n").length;
    }
    expect(heard + rest).toBe(2_000);
    expect(turns).toBeGreaterThan(2);
  });

  test("[R73] a client that drops during its replay gets the rest with the next one", () => {
    const { ann, bob, session } = ready();
    ann.drop();
    for (const n of numbers(1, 100)) bob.send({ to: "Ann", n, text: "x".repeat(64 * KIB) });
    ann.reconnect();
    const heard = ann.values("n");
    expect(session().isCatchingUp).toBe(true);
    ann.drop();
    expect(session().isAway).toBe(true);
    while (heard.length < 100) {
      ann.reconnect();
      heard.push(...ann.values("n"));
    }
    expect(heard).toEqual(numbers(1, 100));
  });

  test("[R74] a resume during the replay takes over from there", () => {
    const { ann, bob } = ready();
    ann.drop();
    for (const n of numbers(1, 60)) bob.send({ to: "Ann", n, text: "x".repeat(64 * KIB) });
    ann.reconnect();
    const [first] = [ann.socket];
    ann.reconnect();
    expect(first.closedWith?.code).toBe(4005);
    // Its unsent bytes are not kept.
    expect(first.terminated).toBe(true);
    const heard = ann.values("n");
    for (let round = 0; round < 20; round++) {
      ann.socket.data.owner?.drained();
      heard.push(...ann.values("n"));
    }
    expect(heard).toEqual(numbers(1, 60));
  });

  test("[R81 R73] a client that falls behind what is held is disconnected, and its next resume says how much it misses", () => {
    const { ann, bob, session } = ready({ resumeBytes: 2 * KIB * KIB });
    ann.drop();
    for (const n of numbers(1, 20)) bob.send({ to: "Ann", n, text: "x".repeat(64 * KIB) });
    ann.reconnect();
    expect(session().isCatchingUp).toBe(true);
    for (const n of numbers(21, 80)) bob.send({ to: "Ann", n, text: "x".repeat(64 * KIB) });
    ann.socket.data.owner?.drained();
    ann.frames();
    ann.socket.data.owner?.drained();
    expect(ann.socket.terminated).toBe(true);
    ann.drop();
    const [fault] = ann.reconnect().frames();
    expect(fault?.$fault).toMatchObject({ code: "resume-gap" });
  });

  test("[R71 R72] heartbeats and acknowledgements are answered during the replay", () => {
    const { ann, bob, session, seconds } = ready();
    ann.drop();
    for (const n of numbers(1, 100)) bob.send({ to: "Ann", n, text: "x".repeat(64 * KIB) });
    ann.reconnect();
    ann.send('{"$time":true}').send({ echo: 1 });
    seconds(5);
    const before = ann.sent.length;
    ann.frames();
    expect(ann.acknowledged).toBe(before);
    ann.acknowledge();
    expect(session().isCatchingUp).toBe(true);
    expect(session().log?.acknowledged).toBe(ann.received);
  });
});

describe("[R71 M5] the order of the log is that of the wire", () => {
  test("[R6] results that wait for another frame survive a drop", () => {
    const { ann, bob, clock } = ready();
    clock.hasLongTurns = true;
    // Batching starts after a turn with many results.
    for (const n of numbers(1, 20)) ann.send({ $ref: n, to: "Bob", n });
    clock.turn();
    ann.send({ $ref: 21, to: "Bob", n: 21 });
    ann.drop();
    bob.send({ to: "Ann", n: "later" });
    ann.resume();
    clock.allTurns();
    const got = ann.frames().map(({ $ref, n }) => $ref ?? n);
    expect(got).toEqual([...numbers(1, 21), "later"]);
  });

  test("[C9] a broadcast to a large hub that is pending when a member drops is held for it, whenever it is made", () => {
    for (const back of ["before", "after", "in between"]) {
      const memory = createAchex2Node({}, { shardMembers: 2 });
      memory.clock.hasLongTurns = true;
      const members = numbers(1, 6).map((n) => new ResumingClient(memory).named(`m${n}`).send({ joinHub: "h" }));
      for (const one of members) one.frames();
      const [sender, ...others] = members;
      sender?.send({ toH: "h", n: 1 });
      const last = others.at(-1);
      last?.drop();
      if (back === "before") last?.resume();
      sender?.send({ toH: "h", n: 2 });
      memory.clock.turn();
      if (back === "in between") last?.resume();
      sender?.send({ toH: "h", n: 3 });
      memory.clock.allTurns();
      if (back === "after") last?.resume();
      for (const one of others) expect([back, one.values("n")]).toEqual([back, [1, 2, 3]]);
      expect(last?.received).toBe(memory.node.core.sessions.get(6)?.log?.total);
    }
  });

  test("[C9 R83] a broadcast that is pending while a member catches up reaches it in order", () => {
    const memory = createAchex2Node({}, { shardMembers: 2 });
    const members = numbers(1, 6).map((n) => new ResumingClient(memory).named(`m${n}`).send({ joinHub: "h" }));
    const [sender, ...others] = members;
    const last = others.at(-1);
    last?.frames();
    last?.drop();
    for (const n of numbers(1, 40)) sender?.send({ toH: "h", n, text: "x".repeat(64 * KIB) });
    memory.clock.hasLongTurns = true;
    last?.reconnect();
    const heard = last?.values("n") ?? [];
    sender?.send({ toH: "h", n: 41 });
    last?.socket.data.owner?.drained();
    heard.push(...(last?.values("n") ?? []));
    memory.clock.allTurns();
    sender?.send({ toH: "h", n: 42 });
    for (let round = 0; round < 9; round++) {
      last?.socket.data.owner?.drained();
      memory.clock.allTurns();
      heard.push(...(last?.values("n") ?? []));
    }
    expect(heard).toEqual(numbers(1, 42));
  });

  test("[L5 C12] a member that is disconnected by the message it is sent has it in its log, and others get it before what follows", () => {
    const memory = createAchex2Node();
    const slow = new ResumingClient(memory, { socket: { backlog: 2_000 } }).named("slow").send({ joinHub: "h" });
    const fast = new ResumingClient(memory).named("fast").send({ joinHub: "h" });
    const sender = memory.achex2("sender");
    sender.send({ joinHub: "h" });
    slow.frames();
    // The connection ends within the call that publishes.
    const { socket } = slow;
    socket.terminate = () => {
      if (socket.terminated) return;
      socket.terminated = true;
      slow.drop();
    };
    for (const n of [1, 2, 3]) sender.send({ toH: "h", n, text: "x".repeat(900) });
    expect(socket.terminated).toBe(true);
    expect(fast.values("n")).toEqual([1, 2, 3]);
    // What had not arrived is lost with the connection.
    socket.received.length = 0;
    slow.resume();
    expect(slow.values("n")).toEqual([1, 2, 3]);
  });

  test("[R73] over several ports: a client that resumes on another one is served there", () => {
    const { ann, bob } = ready();
    for (const one of [ann, bob]) one.send({ joinHub: "h" });
    ann.drop().resume({}, { listener: 1 });
    bob.send({ toH: "h", n: 1 });
    expect(ann.values("n")).toEqual([1]);
    ann.send({ toH: "h", n: 2 });
    expect(bob.receivedValues("n")).toEqual([2]);
    expect(ann.values("n")).toEqual([]);
  });

  test("[R73 C9] a sender that is away or catching up does not receive its own hub messages", () => {
    const memory = createAchex2Node({ framesPerSecond: 2 });
    const ann = new ResumingClient(memory).named("Ann").send({ joinHub: "h" });
    const bob = memory.achex2("Bob");
    bob.send({ joinHub: "h" });
    for (const n of numbers(1, 6)) ann.send({ toH: "h", n });
    ann.drop();
    memory.seconds(2);
    ann.resume();
    memory.seconds(5);
    expect(bob.receivedValues("n")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(ann.values("n")).toEqual([]);
  });
});
