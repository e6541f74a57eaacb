import { describe, expect, test } from "bun:test";
import { SlicedWork } from "../../src/fairness/sliced-work.ts";
import { TurnScheduler } from "../../src/fairness/turn-scheduler.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { createMemoryNode, defaultLimits } from "../kit/node.ts";

function slicedWork() {
  const clock = new FakeClock();
  clock.hasLongTurns = true;
  const scheduler = new TurnScheduler(clock);
  const failures: unknown[] = [];
  return { clock, scheduler, failures, work: new SlicedWork({ scheduler, failed: (error) => failures.push(error) }) };
}

function* steps(count: number, units: number, done: () => void) {
  for (let n = 0; n < count; n++) {
    done();
    yield units;
  }
}

describe("jobs in slices", () => {
  test("a small job is done at once", () => {
    const { work } = slicedWork();
    let done = 0;
    work.add(steps(10, 10, () => done++));
    expect(done).toBe(10);
    expect(work.pending).toBe(0);
  });

  test("a large one takes as many turns as its units need, and the next waits for it", () => {
    const { work, clock } = slicedWork();
    let first = 0;
    let second = 0;
    work.add(steps(1_000, 10, () => first++));
    work.add(steps(10, 10, () => second++));
    expect(first).toBe(26);
    for (let turn = 0; turn < 10; turn++) {
      const before = first;
      clock.turn();
      expect(first - before).toBeLessThanOrEqual(26);
    }
    expect(second).toBe(0);
    clock.allTurns();
    expect([first, second, work.pending]).toEqual([1_000, 10, 0]);
  });

  test("many small ones together are no more than a large one", () => {
    const { work, clock } = slicedWork();
    let done = 0;
    for (let job = 0; job < 1_000; job++) work.add(steps(1, 10, () => done++));
    expect(done).toBe(26);
    clock.allTurns();
    expect(done).toBe(1_000);
  });

  test("all of them can be finished at once, those added meanwhile included", () => {
    const { work, clock } = slicedWork();
    let done = 0;
    work.add(steps(1_000, 10, () => done++));
    work.add(
      steps(1, 10, () => {
        if (done === 1_000) work.add(steps(1_000, 10, () => done++));
      }),
    );
    work.finish();
    expect([done, work.pending]).toEqual([2_000, 0]);
    clock.allTurns();
    expect(done).toBe(2_000);
  });

  test("one that throws is reported, and the others go on", () => {
    const { work, failures } = slicedWork();
    let done = 0;
    work.add(
      (function* () {
        yield 1;
        throw new Error("broken");
      })(),
    );
    work.add(steps(3, 1, () => done++));
    expect(done).toBe(3);
    expect(failures).toEqual([new Error("broken")]);
    expect(work.pending).toBe(0);
  });
});

describe("[C12] a crowd that drops together", () => {
  /** So many sessions, each in the same hubs, and one that stays in all of them. */
  function crowd(size: number, hubs: number) {
    const memory = createMemoryNode({ limits: { ...defaultLimits, framesPerSecond: 0 } });
    const join = (name: string) => {
      const connection = memory.connect();
      connection.send(`{"setID":"${name}"}`);
      for (let hub = 0; hub < hubs; hub++) connection.send(`{"joinHub":"h${hub}"}`);
      return connection;
    };
    const survivor = join("survivor");
    const leavers = Array.from({ length: size }, (_, n) => join(`m${n}`));
    survivor.socket.flush();
    survivor.socket.received.length = 0;
    memory.clock.hasLongTurns = true;
    return { ...memory, survivor, leavers };
  }

  test("[C12] is taken out a few channels a turn, and costs what those who stay need to know", () => {
    const { node, clock, survivor, leavers } = crowd(100, 20);
    const { counters } = node.core;
    const before = counters.deliveries;
    for (const leaver of leavers) leaver.end(1006);
    const perTurn: number[] = [];
    for (let turn = 0; node.core.departures.pending > 0 && turn < 10_000; turn++) {
      const sent = counters.deliveries;
      clock.turn();
      perTurn.push(counters.deliveries - sent);
    }
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(256);
    expect(perTurn.length).toBeGreaterThan(5);
    survivor.socket.flush();
    expect(survivor.socket.received.length).toBe(100 * 20);
    expect(new Set(survivor.socket.received).size).toBe(100 * 20);
    // Everything the survivor was sent, including what the others were sent before they disconnected.
    expect(counters.deliveries - before).toBeLessThan(100 * 20 + 256 * 2);
    expect(node.core.sessions.size).toBe(1);
  });

  test("[R11] is counted by nobody from the moment it drops", () => {
    const { node, leavers, connect } = crowd(300, 2);
    const sender = connect({ dialect: "achex.2" });
    sender.send('{"setID":"Ann"}');
    for (const leaver of leavers) leaver.end(1006);
    expect(node.core.departures.pending).toBeGreaterThan(0);
    sender.send('{"$ref":1,"toH":"h1"}');
    sender.socket.flush();
    expect(sender.socket.received.at(-1)).toBe('{"$ref":1,"$result":{"taken":1}}');
  });
});
