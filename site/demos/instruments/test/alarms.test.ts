import { expect, test } from "bun:test";
import type { Quantity } from "../../shared/instruments/wire.ts";
import { Alarm, type Subject } from "../rules/alarm.ts";
import { AlarmBook, type AlarmEvent, countsOf } from "../rules/alarm-book.ts";
import { highPosition, lowPosition, type Position } from "../rules/limits.ts";

const subject = (key: string, priority: Subject["priority"] = 2): Subject => ({
  ...{ key, id: key.split("/")[0] ?? "", priority, onDelay: 1_000, offDelay: 2_000 },
});
const volts: Quantity = { title: "Voltage", unit: "V", digits: 4, min: 0, max: 10, low: 2, high: 8 };

/** Gives the alarm one value every 100 ms, and returns what happens, with its times. */
function run(alarm: Alarm, positions: readonly Position[], from = 0): string[] {
  return positions.flatMap((position, at) => {
    const now = from + at * 100;
    alarm.observe(position, now);
    const transition = alarm.tick(now, () => "text");
    return transition ? [`${transition} ${now}`] : [];
  });
}
const times = (count: number, position: Position): Position[] => Array.from({ length: count }, () => position);

test("a limit has a deadband of 2 % of the scale, on both sides and on logarithmic scales", () => {
  const high = [8, 8.01, 7.9, 7.8].map((value) => highPosition(value, volts));
  expect(high).toEqual(["between", "beyond", "between", "inside"]);
  const low = [2, 1.99, 2.1, 2.2].map((value) => lowPosition(value, volts));
  expect(low).toEqual(["between", "beyond", "between", "inside"]);
  const vacuum: Quantity = { title: "Pressure", unit: "Pa", digits: 3, min: 1e-4, max: 1e5, high: 1, log: true };
  // 2 % of nine decades is a factor of 1.51.
  expect([1.1, 0.9, 0.66].map((value) => highPosition(value, vacuum))).toEqual(["beyond", "between", "inside"]);
  expect(highPosition(1e9, { ...volts, high: undefined })).toBe("inside");
});

test("on-delay and off-delay: a spike raises nothing, and a value that swings around its limit raises one alarm", () => {
  const alarm = new Alarm(subject("a/high/v"));
  expect(run(alarm, [...times(9, "beyond"), "inside"])).toEqual([]);
  expect(alarm.isOver).toBe(true);
  const swinging = Array.from({ length: 100 }, (_, at): Position => (at % 3 === 0 ? "between" : "beyond"));
  expect(run(alarm, [...times(11, "beyond"), ...swinging], 1_000)).toEqual(["raised 2000"]);
  // Back inside for less than the off-delay does not clear it.
  expect(run(alarm, [...times(19, "inside"), "beyond", ...times(21, "inside")], 20_000)).toEqual(["cleared 24000"]);
});

test("active or cleared, acknowledged or not: what was not acknowledged stays, and a new occurrence must be acknowledged again", () => {
  const alarm = new Alarm(subject("a/high/v"));
  run(alarm, times(11, "beyond"));
  expect(alarm.state).toMatchObject({ active: true, acknowledged: false, raisedAt: 1_000, text: "text" });
  run(alarm, times(21, "inside"), 2_000);
  expect(alarm.state).toMatchObject({ active: false, acknowledged: false, clearedAt: 4_000 });
  expect(alarm.isOver).toBe(false);
  expect(alarm.acknowledge()).toBe("acknowledged");
  expect(alarm.acknowledge()).toBeUndefined();
  expect(alarm.isOver).toBe(true);
  run(alarm, times(11, "beyond"), 5_000);
  expect(alarm.acknowledge()).toBe("acknowledged");
  expect(alarm.isOver).toBe(false);
  run(alarm, times(21, "inside"), 7_000);
  // It was acknowledged while active: once cleared, nothing is left to do.
  expect(alarm.isOver).toBe(true);
  run(alarm, times(11, "beyond"), 10_000);
  expect(alarm.state).toMatchObject({ active: true, acknowledged: false });
});

test("a shelved alarm returns when its time is over, to be acknowledged again if it is still active", () => {
  const alarm = new Alarm(subject("a/high/v"));
  run(alarm, times(11, "beyond"));
  alarm.acknowledge();
  alarm.shelve(60_000);
  expect([alarm.isShelved(59_999), alarm.isShelved(60_000)]).toEqual([true, false]);
  expect(alarm.tick(59_900, () => "")).toBeUndefined();
  expect(alarm.tick(60_000, () => "")).toBe("unshelved");
  expect(alarm.state).toMatchObject({ active: true, acknowledged: false });
  // Cleared while shelved: it returns silently.
  alarm.acknowledge();
  alarm.shelve(120_000);
  run(alarm, times(21, "inside"), 70_000);
  expect(alarm.tick(120_000, () => "")).toBe("unshelved");
  expect(alarm.isOver).toBe(true);
});

function createBook() {
  const events: AlarmEvent[] = [];
  const book = new AlarmBook({ text: ({ key }) => `text of ${key}`, changed: (event) => events.push(event) });
  const hold = (key: string, priority: Subject["priority"], position: Position, from: number) => {
    for (const now of [from, from + 1_000, from + 2_000]) {
      book.observe(subject(key, priority), position, now);
      book.tick(now);
    }
  };
  return { book, events, hold };
}

test("one alarm never hides another: each is listed and acknowledged alone, those that need somebody first", () => {
  const { book, events, hold } = createBook();
  hold("psu-1/high/volts", 2, "beyond", 0);
  hold("psu-1/low/amps", 2, "beyond", 3_000);
  hold("psu-1/offline", 1, "beyond", 6_000);
  hold("dmm-1/doubtful", 3, "beyond", 9_000);
  expect(book.list(12_000).map(({ key }) => key)).toEqual([
    "psu-1/offline",
    "psu-1/low/amps",
    "psu-1/high/volts",
    "dmm-1/doubtful",
  ]);
  book.acknowledge(["psu-1/offline"], 12_000);
  const after = book.list(12_000);
  expect(after.filter(({ acknowledged }) => !acknowledged)).toHaveLength(3);
  expect(after.at(-1)?.key).toBe("psu-1/offline");
  expect(countsOf(after)).toMatchObject({ 1: { active: 1, unacknowledged: 0 }, 2: { active: 2, unacknowledged: 2 } });
  expect(events.map(({ transition }) => transition)).toEqual(["raised", "raised", "raised", "raised", "acknowledged"]);
  book.shelve("psu-1/low/amps", 100_000, 13_000);
  expect(countsOf(book.list(13_000))[2]).toEqual({ active: 1, unacknowledged: 1 });
  book.forget("psu-1");
  expect(book.list(14_000).map(({ key }) => key)).toEqual(["dmm-1/doubtful"]);
});

test("what was stored is taken up again: an acknowledged alarm stays acknowledged", () => {
  const { book, hold } = createBook();
  hold("psu-1/high/volts", 2, "beyond", 0);
  book.acknowledge(["psu-1/high/volts"], 3_000);
  const stored = book.stored().map(({ subject: one, state }) => [one, structuredClone(state)] as const);
  const { book: next, events, hold: holdNext } = createBook();
  next.restore(stored);
  holdNext("psu-1/high/volts", 2, "beyond", 60_000);
  expect(next.list(63_000)).toMatchObject([{ key: "psu-1/high/volts", active: true, acknowledged: true }]);
  expect(events).toEqual([]);
});

test("the number of alarms is bounded, and what is normal again takes no memory", () => {
  const { book } = createBook();
  for (let at = 0; at < 1_500; at++) book.observe(subject(`x/${at}`), "beyond", 0);
  book.tick(1_000);
  expect(book.list(1_000)).toHaveLength(1_000);
  expect(book.rejected).toBe(500);
  for (let at = 0; at < 1_000; at++) book.observe(subject(`x/${at}`), "inside", 2_000);
  book.tick(4_000);
  book.acknowledge(
    book.list(4_000).map(({ key }) => key),
    4_000,
  );
  book.tick(4_200);
  expect(book.list(4_200)).toEqual([]);
  book.observe(subject("y"), "beyond", 5_000);
  book.tick(6_000);
  expect(book.list(6_000)).toHaveLength(1);
});
