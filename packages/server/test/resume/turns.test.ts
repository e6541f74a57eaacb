import { describe, expect, test } from "bun:test";
import type { Auth } from "../../src/auth.ts";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

/** Services whose sessions take turns. */
const services: Auth = {
  login: ({ login: { name, tag, as } }) => ({
    ok: true,
    name: tag ?? name,
    service: as === "service" ? { name, delivery: "one" } : undefined,
  }),
  nameTaken() {},
  nameReleased() {},
  accountsChanged: () => false,
  isCurrent: () => true,
};

function ready(limits = {}) {
  const node = createAchex2Node(limits, { auth: services });
  const bob = node.achex2("Bob");
  /** It reads nothing yet. */
  const newcomer = (tag: string) => new ResumingClient(node).send({ $ref: 0, serviceID: "calc", idtag: tag });
  const worker = (tag: string) => {
    const client = newcomer(tag);
    client.frames();
    return client;
  };
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      node.seconds(1);
      bob.connection.session.pong("");
    }
  };
  const ask = (n: number) => bob.result({ to: "calc", n });
  return { ...node, bob, newcomer, worker, pass, ask };
}

describe("[R78] a service whose instances take turns", () => {
  test("[R78] prefers instances that are there", () => {
    const { worker, ask } = ready();
    const [one, two, three] = [worker("one"), worker("two"), worker("three")];
    two.drop();
    for (let n = 0; n < 4; n++) expect(ask(n)).toEqual({ taken: 1 });
    const [first, third] = [one.values("n"), three.values("n")];
    expect([first.length, third.length]).toEqual([2, 2]);
    two.resume();
    expect(two.values("n")).toEqual([]);
    for (let n = 0; n < 3; n++) ask(n);
    expect(two.values("n")).toHaveLength(1);
  });

  test("[R78 R77] when none is there, one that is away holds the message, and gets it if it is the first that is back", () => {
    const { worker, ask, node } = ready();
    const [one, two] = [worker("one"), worker("two")];
    one.drop();
    two.drop();
    for (const n of [1, 2, 3]) expect(ask(n)).toEqual({ taken: 1, held: 1 });
    expect(node.core.turnHolds.size).toBe(3);
    one.resume();
    two.resume();
    const taken = [...one.values("n"), ...two.values("n")];
    expect(taken.toSorted()).toEqual([1, 2, 3]);
    expect(node.core.turnHolds.size).toBe(0);
  });

  test("[R78] what no connection took goes to an instance that logs in or comes back, in order and once", () => {
    const { newcomer, worker, ask, node } = ready();
    const one = worker("one");
    one.drop();
    for (const n of [1, 2, 3]) ask(n);
    const two = newcomer("two");
    expect(two.values("n")).toEqual([1, 2, 3]);
    two.drop();
    for (const n of [4, 5]) ask(n);
    one.resume();
    const first = one.values("n");
    two.resume();
    expect([...first, ...two.values("n")].toSorted()).toEqual([4, 5]);
    expect(node.core.turnHolds.size).toBe(0);
  });

  test("[R78 R71] the other frames that it holds stay, with exact counts", () => {
    const { newcomer, worker, ask, bob, node } = ready();
    const one = worker("one");
    bob.result({ to: "one", n: 10 });
    one.drop();
    ask(1);
    bob.result({ to: "one", n: 11 });
    ask(2);
    bob.result({ to: "one", n: 12 });
    const two = newcomer("two");
    expect(two.values("n")).toEqual([1, 2]);
    expect(one.resume()).toMatchObject({ replay: 3 });
    expect(one.values("n")).toEqual([10, 11, 12]);
    one.acknowledge();
    bob.result({ to: "one", n: 13 });
    expect(one.values("n")).toEqual([13]);
    one.acknowledge();
    expect(node.core.counters.countMismatches).toBe(0);
    expect(node.core.held.total).toBeGreaterThanOrEqual(0);
    expect(one.socket.over).toBe(false);
  });

  test("[R78] what was written before the drop is not given to another instance", () => {
    const { newcomer, worker, ask } = ready();
    const one = worker("one");
    ask(1);
    one.drop();
    ask(2);
    expect(newcomer("two").values("n")).toEqual([2]);
    one.resume();
    expect(one.values("n")).toEqual([1]);
  });

  test("[R78] what an interrupted replay has written stays, and the rest goes to another instance", () => {
    const { newcomer, worker, bob } = ready();
    const one = worker("one");
    one.drop();
    const fill = "x".repeat(300_000);
    for (let n = 1; n <= 8; n++) bob.result({ to: "calc", n, fill });
    // The socket takes about 1 MiB before the client reads.
    one.reconnect();
    one.drop();
    const two = newcomer("two");
    const second = two.values("n");
    one.resume();
    const first: unknown[] = [];
    for (let more = one.values("n"); more.length > 0; more = one.values("n")) {
      first.push(...more);
      one.socket.data.owner?.drained();
    }
    expect(first.length).toBeGreaterThan(0);
    expect(second.length).toBeGreaterThan(0);
    expect([...first, ...second].toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("[R78] when the window ends, another instance holds them, and without one they are lost", () => {
    const { newcomer, worker, ask, pass, node } = ready();
    const one = worker("one");
    one.drop();
    for (const n of [1, 2]) ask(n);
    pass(60);
    // It logs in without taking them: it drops in the same moment.
    const two = newcomer("two");
    expect(two.values("n")).toEqual([1, 2]);
    two.drop();
    for (const n of [3, 4]) ask(n);
    pass(61);
    expect(node.core.sessions.size).toBe(2);
    two.resume();
    expect(two.values("n").toSorted()).toEqual([3, 4]);
    two.drop();
    ask(5);
    pass(121);
    expect(node.core.sessions.size).toBe(1);
    expect(node.core.turnHolds.size).toBe(0);
    expect(node.core.held.total).toBe(0);
  });

  test("[R78 R33] a held call goes with its message, and ends with its last callee", () => {
    const { newcomer, worker, bob, pass, node } = ready();
    const one = worker("one");
    one.drop();
    expect(bob.result({ to: "calc", $call: { id: 1 } })).toEqual({ taken: 1, held: 1 });
    expect(bob.result({ to: "calc", $call: { id: 2 } })).toEqual({ taken: 1, held: 1 });
    bob.result({ to: "calc", $call: { cancel: 2 } });
    const two = newcomer("two");
    expect(two.values("$call")).toEqual([{ id: 1 }]);
    one.resume();
    // The call that was cancelled stays with its cancel.
    expect(one.values("$call")).toEqual([{ id: 2 }, { cancel: 2 }]);
    one.send({ $ref: 5, toS: bob.sid, $answer: { id: 1 } });
    expect(one.values("$fault")).toMatchObject([{ code: "no-such-call" }]);
    two.send({ $ref: 5, toS: bob.sid, $answer: { id: 1 }, sum: 3 });
    expect(bob.receivedValues("sum")).toEqual([3]);
    two.drop();
    one.drop();
    bob.result({ to: "calc", $call: { id: 3 } });
    pass(121);
    expect(bob.receivedValues("$answer")).toMatchObject([{ id: 3, fault: { code: "callee-gone" } }]);
    expect(node.core.openCalls.count).toBe(0);
  });

  test("[R78 R41] binary messages and calls are given to achex.2 only, text to any dialect", () => {
    const { worker, bob, ask, connectClient } = ready();
    const one = worker("one");
    one.drop();
    bob.result({ to: "calc", n: 1 }, new Uint8Array(3));
    ask(2);
    const old = connectClient("cloud");
    old.send({ serviceID: "calc", idtag: "old" });
    expect(old.received()).toMatchObject([{ auth: "OK" }, { n: 2 }]);
    one.resume();
    expect(one.frames()).toMatchObject([{ binary: expect.any(String) }]);
  });

  test("[R78 R35] a call is held for an instance that is away rather than rejected, when those that are there cannot be called", () => {
    const { worker, bob, connectClient } = ready();
    const one = worker("one");
    connectClient("cloud").send({ serviceID: "calc", idtag: "old" });
    expect(bob.result({ to: "calc", $call: { id: 1 } })).toEqual({ taken: 1 });
    one.frames();
    one.drop();
    expect(bob.result({ to: "calc", $call: { id: 2 } })).toEqual({ taken: 1, held: 1 });
    expect(bob.result({ to: "calc", n: 3 })).toEqual({ taken: 1 });
    one.resume();
    expect(one.values("$call")).toEqual([{ id: 2 }]);
  });

  test("[R78 L5] an instance that reads slowly is given no more than it can read", () => {
    const { newcomer, worker, bob, pass } = ready();
    const one = worker("one");
    one.drop();
    for (let n = 1; n <= 10; n++) bob.result({ to: "calc", n, fill: "x".repeat(400_000) });
    const two = newcomer("two");
    const got = two.values("n");
    const waiting: number[] = [got.length];
    for (let round = 0; round < 10; round++) {
      pass(1);
      two.send('{"$time":true}');
      waiting.push(two.values("n").length);
    }
    expect(Math.max(...waiting)).toBeLessThanOrEqual(4);
    expect(waiting.reduce((sum, count) => sum + count)).toBe(10);
  });

  test("[R78 R81] a crowd of held messages is given away in slices", () => {
    const { newcomer, worker, node, bob, clock } = ready({ resumeFrames: 0 });
    const one = worker("one");
    one.drop();
    for (let n = 1; n <= 3_000; n++) bob.send({ to: "calc", n });
    expect(node.core.turnHolds.size).toBe(3_000);
    clock.hasLongTurns = true;
    const two = newcomer("two");
    const perTurn: number[] = [];
    for (let left = 3_000; left > 0; left = node.core.turnHolds.size) {
      perTurn.push(left - node.core.turnHolds.size);
      clock.turn();
    }
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(640);
    expect(two.values("n")).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1));
  });
});
