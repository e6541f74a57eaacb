import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { History } from "../rules/history.ts";
import { type Batch, Logs } from "../rules/logs.ts";
import { type Operation, offence, operation, playerOf } from "../rules/operation.ts";
import { packPoints, unpackPoints } from "../rules/points.ts";
import { Replay } from "../rules/replay.ts";
import { AUTHORS, deeds, drawn, perform, shuffled, somePoints } from "./kit/scripts.ts";

const [ann, annToo, bob] = AUTHORS;

describe("points", () => {
  test("travel exactly, to a sixteenth of a unit", () => {
    fc.assert(fc.property(somePoints, (points) => expect(unpackPoints(packPoints(points))).toEqual(points)));
  });

  test("garbage is not points, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const points = unpackPoints(text);
        if (points) expect(unpackPoints(packPoints(points))).toEqual(points);
      }),
    );
    expect(unpackPoints("-".repeat(30))).toBeUndefined();
    expect(unpackPoints("A".repeat(20_000))).toBeUndefined();
  });
});

describe("a drawing", () => {
  test("is the same whatever order the operations of its authors arrive in", () => {
    fc.assert(
      fc.property(deeds, fc.array(fc.nat({ max: 100 }), { minLength: 1 }), (script, choices) => {
        const { operations } = perform(script);
        expect(drawn(shuffled(operations, choices)).digest()).toBe(drawn(operations).digest());
      }),
    );
  });

  test("undo and redo change nothing that another player drew", () => {
    fc.assert(
      fc.property(deeds, (script) => {
        const { operations } = perform(script);
        const drawing = drawn([]);
        for (const one of operations) {
          const others = () => drawing.things().filter(({ player }) => player !== playerOf(one.author));
          const before = others();
          drawing.apply(one);
          expect(others()).toEqual(before);
        }
      }),
    );
  });

  test("redo restores what undo hid", () => {
    fc.assert(
      fc.property(deeds, (script) => {
        const { operations, logs } = perform(script);
        const drawing = drawn(operations);
        const author = operations.at(-1)?.author ?? ann;
        const of = logs.count(author);
        const last = logs.at(author, of);
        if (!last || last.op === "undo" || last.op === "redo") return;
        const before = drawing.digest();
        drawing.apply({ author, number: of + 1, operation: { op: "undo", of, time: drawing.time + 1 } });
        drawing.apply({ author, number: of + 2, operation: { op: "redo", of, time: drawing.time + 1 } });
        expect(drawing.digest()).toBe(before);
      }),
    );
  });

  test("a replay ends with the drawing, and can be scrubbed", () => {
    fc.assert(
      fc.property(deeds, fc.array(fc.nat({ max: 100 }), { maxLength: 5 }), (script, positions) => {
        const { operations, logs } = perform(script);
        const replay = new Replay(logs);
        for (const position of positions) {
          const jumped = replay.at((replay.length * position) / 100).drawing.digest();
          expect(new Replay(logs).at((replay.length * position) / 100).drawing.digest()).toBe(jumped);
        }
        expect(replay.at(replay.length).drawing.digest()).toBe(drawn(operations).digest());
      }),
      { numRuns: 50 },
    );
  });
});

describe("logs", () => {
  const batchesOf = (logs: Logs, size: number): Batch[] =>
    logs.heads().flatMap(({ author, count }) => {
      const parts = Array.from({ length: Math.ceil(count / size) }, (_, at) => at * size + 1);
      return parts.flatMap((from) => logs.batch(author, from, from + size - 1) ?? []);
    });

  test("a peer that knows the heads accepts the logs from anybody, in any order, twice", () => {
    fc.assert(
      fc.property(deeds, fc.integer({ min: 1, max: 9 }), fc.func(fc.integer()), (script, size, key) => {
        const { logs } = perform(script);
        const late = new Logs();
        const batches = batchesOf(logs, size);
        // The manifest of a source names the hash after each batch.
        for (const { author, from, operations } of batches) {
          const count = from + operations.length - 1;
          late.vouch({ author, count, hash: logs.hashAt(author, count) ?? "" });
        }
        const mixed = [...batches, ...batches].sort((a, b) => key(a) - key(b));
        for (let round = 0; round <= batches.length; round++) for (const one of mixed) late.receive(one, false);
        const sorted = (list: ReturnType<Logs["heads"]>) => list.sort((a, b) => (a.author < b.author ? -1 : 1));
        expect(sorted(late.heads())).toEqual(sorted(logs.heads()));
      }),
      { numRuns: 60 },
    );
  });

  const stroke = (time: number, color = 0): Operation => ({
    op: "add",
    time,
    shape: { kind: "pen", color, width: 4, points: packPoints([[0, 0, 0.5]]) },
  });
  const from = (logs: Logs, author: string, ...operations: Operation[]): Batch => {
    const count = logs.count(author);
    return { author, from: count + 1, before: logs.hashAt(author, count) ?? "", operations };
  };

  test("what was altered on the way, or that nobody vouched for, is not accepted", () => {
    const logs = new Logs();
    logs.receive(from(logs, ann, stroke(1), stroke(2)), true);
    const batch = logs.batch(ann, 1, 2);
    if (!batch) throw new Error("the operations are there");
    const late = new Logs();
    expect(late.receive(batch, false)).toEqual({ kind: "unproven" });
    late.vouch({ author: ann, count: 2, hash: logs.hashAt(ann, 2) ?? "" });
    expect(late.receive({ ...batch, operations: [stroke(1), stroke(2, 5)] }, false)).toEqual({ kind: "unproven" });
    expect(late.receive(batch, false).kind).toBe("accepted");
  });

  test("an operation from its author proves all before it", () => {
    const logs = new Logs();
    logs.receive(from(logs, ann, stroke(1), stroke(2), stroke(3)), true);
    const late = new Logs();
    const [early, last] = [logs.batch(ann, 1, 2), logs.batch(ann, 3, 3)];
    if (!early || !last) throw new Error("the operations are there");
    expect(late.receive(last, true)).toEqual({ kind: "gap" });
    expect(late.receive(early, false).kind).toBe("accepted");
    expect(late.receive(last, true).kind).toBe("accepted");
    expect(late.receive(last, true)).toEqual({ kind: "known" });
  });

  test("a log that differs from what its author says is a fork", () => {
    const logs = new Logs();
    logs.receive(from(logs, ann, stroke(1)), true);
    expect(logs.receive({ author: ann, from: 2, before: "f".repeat(32), operations: [stroke(2)] }, true)).toEqual({
      kind: "fork",
    });
    expect(logs.vouch({ author: ann, count: 1, hash: "f".repeat(32) })).toBe("differs");
  });

  test("nobody edits, removes or undoes what another player drew", () => {
    const id = `${bob}:1`;
    expect(offence({ op: "edit", time: 1, edits: [{ id, place: [9, 9, 1] }] }, ann, 1, undefined)).toBeDefined();
    expect(offence({ op: "remove", time: 1, ids: [`${ann}:1`, id] }, ann, 1, undefined)).toBeDefined();
    // The same player in another window.
    expect(offence({ op: "remove", time: 1, ids: [`${annToo}:1`] }, ann, 1, undefined)).toBeUndefined();
    expect(offence({ op: "undo", time: 1, of: 7 }, ann, 7, undefined)).toBeDefined();
    expect(offence(stroke(4), ann, 2, stroke(4))).toBeDefined();
  });

  test("anything that is not an operation is rejected without throwing", () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
    fc.assert(fc.property(anything, (value) => expect(v.safeParse(operation, value).success).toBe(false)));
    const hostile = { op: "add", time: 1, shape: { kind: "pen", color: 0, width: 4, points: "A".repeat(16_001) } };
    expect(v.safeParse(operation, hostile).success).toBe(false);
    expect(v.safeParse(operation, { ...stroke(1), __proto__: null, extra: 1 }).success).toBe(false);
    expect(v.safeParse(operation, stroke(1)).success).toBe(true);
  });
});

describe("history", () => {
  test("undoes the last own operation of a board, redoes it, and forgets redo when something new is drawn", () => {
    const history = new History();
    const add: Operation = { op: "add", time: 1, shape: { kind: "note", x: 0, y: 0, color: 0, text: "" } };
    history.note(undefined, 1, add);
    history.note("g.1", 2, add);
    history.note(undefined, 3, add);
    expect(history.undo()).toEqual({ op: "undo", of: 3 });
    history.note(undefined, 4, { op: "undo", time: 2, of: 3 });
    expect(history.undo()).toEqual({ op: "undo", of: 1 });
    expect(history.undo("g.1")).toEqual({ op: "undo", of: 2 });
    expect(history.redo()).toEqual({ op: "redo", of: 3 });
    history.note(undefined, 5, { op: "redo", time: 3, of: 3 });
    expect(history.redo()).toBeUndefined();
    history.note(undefined, 6, { op: "undo", time: 4, of: 3 });
    history.note(undefined, 7, add);
    expect(history.redo()).toBeUndefined();
  });
});
