import { describe, expect, test } from "bun:test";
import { ABSENT, GAP } from "@achex/streaming";
import fc from "fast-check";
import { History } from "../rules/history.ts";
import { columnWidth, draw, newPicture, type Value } from "../rules/window.ts";

const START = 1_764_190_000_000;

/** Rows of one series, `step` milliseconds apart, from a time after the start on. */
const batch = (values: readonly number[], step = 1, from = 0, name = "a") => ({
  times: Float64Array.from(values, (_, row) => START + from + row * step),
  columns: new Map([[name, Float64Array.from(values)]]),
});

const sine = (count: number) => Array.from({ length: count }, (_, row) => Math.sin(row / 50));

function pictureOf(history: History, from: number, to: number, width = 100, isLive = false) {
  const picture = draw(newPicture(), history, { from: START + from, to: START + to, width, isLive });
  return { times: picture.times, values: picture.values, first: picture.values[0] ?? [] };
}

const numbers = (values: readonly Value[]): number[] => values.filter((value) => typeof value === "number");

describe("what a chart shows", () => {
  test("few rows are drawn as they are, with one more on each side", () => {
    const history = new History();
    history.append(batch([1, 2, 3, 4, 5, 6], 10));
    const { times, first } = pictureOf(history, 15, 35);
    expect(first).toEqual([2, 3, 4, 5]);
    expect(times.map((time) => Math.round(time * 1_000 - START))).toEqual([10, 20, 30, 40]);
  });

  test("of many rows, each column has its extremes, whatever the window", () => {
    const history = new History();
    const values = sine(20_000);
    values[7_777] = 9;
    values[7_778] = -9;
    history.append(batch(values));
    for (const [from, to] of [
      [0, 20_000],
      [5_000, 9_000],
      [7_000, 8_500],
    ] as const) {
      const { first } = pictureOf(history, from, to);
      expect(Math.max(...numbers(first))).toBe(9);
      expect(Math.min(...numbers(first))).toBe(-9);
      expect(first.length).toBeLessThan(4 * 210);
    }
  });

  test("a column that moves keeps its values: bins begin at multiples of their width", () => {
    const history = new History();
    history.append(batch(sine(20_000)));
    const at = (from: number) => {
      const { times, first } = pictureOf(history, from, from + 10_000);
      return new Map(times.map((time, index) => [time, first[index]]));
    };
    const [one, other] = [at(1_000), at(1_037)];
    const common = [...one].filter(([time]) => time * 1_000 > START + 1_300 && time * 1_000 < START + 10_000);
    expect(common.length).toBeGreaterThan(200);
    for (const [time, value] of common) expect(other.get(time)).toBe(value);
  });

  test("bins that go on with the stream equal bins made afterwards", () => {
    const [live, later] = [new History(), new History()];
    const values = sine(12_000);
    for (let from = 0; from < values.length; from += 50) {
      const part = batch(values.slice(from, from + 50), 1, from);
      live.append(part);
      later.append(part);
      pictureOf(live, from - 9_950, from + 50, 100, true);
    }
    expect(pictureOf(live, 2_000, 12_000, 100, true)).toEqual(pictureOf(later, 2_000, 12_000, 100, false));
  });

  test("for any values, the extremes of the picture are those of the rows in it", () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 500, maxLength: 3_000 });
    fc.assert(
      fc.property(values, fc.integer({ min: 10, max: 90 }), (list, width) => {
        const history = new History();
        history.append(batch(list));
        const { first } = pictureOf(history, 0, list.length, width);
        expect(Math.max(...numbers(first))).toBe(Math.max(...list));
        expect(Math.min(...numbers(first))).toBe(Math.min(...list));
      }),
      { numRuns: 30 },
    );
  });

  test("widths of columns are 1, 2 and 5, so that narrow ones fit into wide ones", () => {
    expect([1, 1.2, 2, 3, 7, 10, 11, 60, 0.3].map(columnWidth)).toEqual([1, 2, 2, 5, 10, 10, 20, 100, 0.5]);
  });
});

describe("gaps", () => {
  const gapsIn = (history: History, to: number, width = 100) =>
    pictureOf(history, 0, to, width).first.filter((value) => value === null).length;

  test("a missing batch is a gap, in rows and in columns", () => {
    for (const width of [100, 5]) {
      const history = new History();
      history.append(batch(sine(100)));
      history.append(batch(sine(100), 1, 150), true);
      expect(gapsIn(history, 250, width)).toBe(1);
    }
  });

  test("a pause of three intervals is a gap, a shorter one is none", () => {
    const history = new History();
    history.append(batch(sine(10), 100));
    history.append(batch(sine(10), 100, 900 + 290));
    expect(gapsIn(history, 5_000)).toBe(0);
    history.append(batch(sine(10), 100, 900 + 290 + 900 + 310));
    expect(gapsIn(history, 5_000)).toBe(1);
  });

  test("the interval of the publisher counts; a stream that becomes slower is not all gaps", () => {
    const known = new History();
    for (let row = 0; row < 5; row++) known.append(batch([row], 1, row * 2_000), false, 2_000);
    expect(gapsIn(known, 10_000)).toBe(0);
    const slower = new History();
    slower.append(batch(sine(1_000)));
    for (let row = 0; row < 60; row++) slower.append(batch([row], 1, 2_000 + row * 1_000));
    expect(gapsIn(slower, 70_000)).toBeLessThan(8);
  });

  test("a null is a gap of its series only; a series without a value in a row goes on", () => {
    const history = new History();
    history.append({
      times: Float64Array.of(START, START + 1, START + 2),
      columns: new Map([
        ["a", Float64Array.of(1, GAP, 3)],
        ["b", Float64Array.of(1, ABSENT, 3)],
      ]),
    });
    expect(pictureOf(history, 0, 3).values).toEqual([
      [1, null, 3],
      [1, undefined, 3],
    ]);
  });
});

describe("memory", () => {
  test("rows that no longer fit remain as extremes, and the picture does not end where they do", () => {
    const history = new History(1_000);
    const values = sine(30_000);
    values[12_345] = 7;
    for (let from = 0; from < values.length; from += 500)
      history.append(batch(values.slice(from, from + 500), 1, from));
    expect(history.rows).toBe(1_000);
    expect(history.holdsSince(START + 20_000)).toBe(false);
    const { times, first } = pictureOf(history, 0, 30_000);
    expect(Math.max(...numbers(first))).toBe(7);
    expect((times[0] ?? 0) * 1_000 - START).toBeLessThan(1_000);
    // Zoomed into what is only held as extremes of 100 ms.
    expect(numbers(pictureOf(history, 12_000, 12_600).first)).toContain(7);
  });

  test("8 hours at 2 rows per second: the oldest extremes are still there, and nothing grows", () => {
    const history = new History(2_000);
    const hours = 8 * 3_600_000;
    for (let from = 0; from < hours; from += 100_000) {
      const values = sine(200);
      if (from === 600_000) values[10] = 42;
      history.append(batch(values, 500, from));
    }
    expect(history.rows).toBe(2_000);
    expect(numbers(pictureOf(history, 0, hours, 1_000).first)).toContain(42);
  });

  test("rows that go back are left out; much older ones begin a new recording", () => {
    const history = new History();
    history.append(batch([1, 2, 3], 10));
    expect(history.append(batch([9], 1, 5))).toEqual({ late: 1, restarted: false });
    expect(history.rows).toBe(3);
    expect(history.append(batch([5, 6], 1, -100_000))).toEqual({ late: 0, restarted: true });
    expect(history.rows).toBe(2);
    expect(history.newest).toBe(START - 99_999);
  });
});
