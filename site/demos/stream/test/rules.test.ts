import { describe, expect, test } from "bun:test";
import { GAP } from "@achex/streaming";
import { StreamModel } from "../net/model.ts";
import { csvOf, fieldOf } from "../rules/csv.ts";
import { History } from "../rules/history.ts";
import { LevelChooser } from "../rules/level.ts";
import { Meter } from "../rules/meter.ts";
import { Generator, type GeneratorSettings, WAVEFORMS } from "../rules/waveforms.ts";
import { bandLevels } from "../sources/microphone.ts";
import { axisText, latencyText, rateText, shownText, valueText } from "../view/format.ts";
import { rangeFor } from "../view/scale.ts";

describe("a watcher that is too slow", () => {
  /** Observes batches, 20 per second, for so many milliseconds; returns the level. */
  const observe = (chooser: LevelChooser, from: number, length: number, lag: number, hasThin = true) => {
    for (let now = from; now < from + length; now += 50) chooser.observe(now, lag, false, hasThin);
    return chooser.level;
  };

  test("gets thinned rows after a second of delay, and tries all rows again, more and more rarely", () => {
    const chooser = new LevelChooser();
    expect(observe(chooser, 1_000, 5_000, 200)).toBe("full");
    expect(observe(chooser, 6_000, 900, 1_500)).toBe("full");
    expect(observe(chooser, 6_900, 200, 1_500)).toBe("thin");
    expect(observe(chooser, 7_100, 14_000, 100)).toBe("thin");
    expect(observe(chooser, 21_100, 2_000, 100)).toBe("full");
    // The attempt fails: the next one comes after 30 s.
    expect(observe(chooser, 23_100, 1_200, 1_500)).toBe("thin");
    expect(observe(chooser, 24_300, 29_000, 100)).toBe("thin");
    expect(observe(chooser, 53_300, 2_000, 100)).toBe("full");
  });

  test("three omissions within five seconds are enough; one is not; without thinned rows nothing changes", () => {
    const chooser = new LevelChooser();
    expect(chooser.observe(1_000, 10, true, true)).toBe("full");
    expect(chooser.observe(9_000, 10, true, true)).toBe("full");
    expect(chooser.observe(9_100, 10, true, true)).toBe("full");
    expect(chooser.observe(9_200, 10, true, true)).toBe("thin");
    expect(observe(new LevelChooser(), 0, 20_000, 5_000, false)).toBe("full");
  });

  test("a choice of the user stays", () => {
    const chooser = new LevelChooser();
    chooser.setMode("thin", 0);
    expect(observe(chooser, 0, 100_000, 10)).toBe("thin");
    chooser.setMode("full", 0);
    expect(observe(chooser, 100_000, 10_000, 5_000)).toBe("full");
  });
});

describe("a stream as it arrives", () => {
  const message = (n: number, now: number, more: object = {}) => ({
    n,
    sent: now - 20,
    t: now - 50,
    dt: 1,
    v: { a: [1, 2] },
    ...more,
  });

  test("messages that are missing are counted, and leave a gap", () => {
    const model = new StreamModel();
    expect(model.accept(message(1, 10_000), 10_000)).toEqual({ lag: 20, skipped: 0 });
    expect(model.accept(message(5, 10_100), 10_100)).toEqual({ lag: 20, skipped: 3 });
    expect(Array.from({ length: model.history.rows }, (_, row) => model.history.valueAt(row, 0))).toEqual([
      1,
      2,
      GAP,
      1,
      2,
    ]);
    model.measure(10_200);
    expect(model.figures.value).toMatchObject({ latency: 20, oneOf: 2.5 });
  });

  test("a clock that is wrong gives no latency; a recording from the past is not followed by the clock", () => {
    const model = new StreamModel();
    const now = 1_764_190_000_000;
    expect(model.accept({ ...message(1, now), sent: now - 1e9 }, now)).toMatchObject({ lag: undefined });
    expect(model.edge(now + 500)).toBe(now + 500);
    const recorded = new StreamModel();
    recorded.accept({ t: 1_000, v: { a: 1 } }, now);
    expect(recorded.edge(now + 500)).toBe(1_000);
  });

  test("a flood is left out beyond 100,000 rows per second", () => {
    const model = new StreamModel();
    const rows = new Array(10_000).fill(1);
    const results = Array.from({ length: 12 }, (_, n) =>
      model.accept({ n, t: 1_000 + n, dt: 0, v: { a: rows } }, 1_000 + n),
    );
    expect(results.filter((result) => typeof result === "string")).toEqual(
      new Array(2).fill("more than 100000 rows per second"),
    );
    expect(model.accept({ n: 12, t: 3_000, v: { a: 1 } }, 3_000)).toMatchObject({ skipped: 2 });
  });

  test("garbage changes nothing", () => {
    const model = new StreamModel();
    for (const data of [{}, { v: 1 }, { v: { a: [1, 2] } }, { v: null }]) expect(model.accept(data, 1)).toBeString();
    expect([model.history.rows, model.version, model.names.value.length]).toEqual([0, 0, 0]);
  });
});

test("figures are those of the last two seconds", () => {
  const meter = new Meter();
  for (let at = 0; at < 10_000; at += 100) meter.count({ at, values: 50, rows: 10, of: 40, lag: at / 100 });
  const { rate, latency, oneOf } = meter.figures(10_000);
  expect(rate).toBeCloseTo(500, -2);
  expect([latency, oneOf]).toEqual([90, 4]);
  expect(meter.figures(20_000)).toEqual({ rate: 0, latency: undefined, worst: undefined, oneOf: 1 });
});

describe("CSV", () => {
  test("rows with their times, gaps as empty cells and lines", () => {
    const history = new History();
    history.append({
      times: Float64Array.of(1_000, 1_000.5, 2_000),
      columns: new Map([
        ["a", Float64Array.of(1.5, GAP, 3)],
        ["b, c", Float64Array.of(-1, 2, Number.NaN)],
      ]),
    });
    expect(csvOf(history, 1_000, 1_500, [0, 1])).toBe(
      'time,milliseconds,a,"b, c"\r\n1970-01-01T00:00:01.000Z,1000,1.5,-1\r\n1970-01-01T00:00:01.000Z,1000.5,,2\r\n1970-01-01T00:00:01.000Z,1000.5,,\r\n',
    );
    expect(csvOf(history, 0, 9_000, [1]).split("\r\n")).toHaveLength(6);
  });

  test("a name cannot become a formula, another field or another line", () => {
    expect(["=1+1", "+x", "@a", "-b", 'say "hi"', "a,b", "a"].map(fieldOf)).toEqual([
      ...["'=1+1", "'+x", "'@a", "'-b", '"say ""hi"""', '"a,b"', "a"],
    ]);
  });
});

describe("sources", () => {
  const settings: GeneratorSettings = { waveforms: [...WAVEFORMS], frequency: 5, rate: 1_000, noise: 0 };

  test("the generator computes each row once, at a constant rate, also after a pause", () => {
    const times: number[] = [];
    const generator = new Generator(settings, () => 0.5);
    for (const now of [1_000, 1_020, 1_021, 1_500]) generator.advance(now, (time) => times.push(time));
    expect(times).toEqual(Array.from({ length: 501 }, (_, row) => 1_000 + row));
    generator.advance(100_000, (time) => times.push(time));
    expect(times.slice(501)).toEqual([100_000]);
  });

  test("all waveforms stay within -1 and 1, noise within -2 and 2, and none is flat", () => {
    const columns = WAVEFORMS.map((): number[] => []);
    const generator = new Generator(settings);
    for (let now = 1_000; now < 6_000; now += 20)
      generator.advance(now, (_, values) => {
        for (const [at, value] of values.entries()) columns[at]?.push(value);
      });
    for (const [at, values] of columns.entries()) {
      const limit = WAVEFORMS[at] === "noise" ? 2 : 1;
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.1);
    }
  });

  test("the levels of octaves: a tone is in one of them", () => {
    const lines = new Float32Array(2_048).fill(-200);
    lines[Math.round(1_000 / 11.72)] = -20;
    const levels = bandLevels(lines, 11.72);
    expect(levels.indexOf(Math.max(...levels))).toBe(4);
    expect(levels[4]).toBeCloseTo(-20, 3);
    expect(levels[0]).toBe(-120);
  });
});

describe("texts and axes", () => {
  test("figures for people", () => {
    expect([valueText(2.34567), valueText(-1_234.6), valueText(1e9), valueText(Number.NaN), valueText(0)]).toEqual([
      ...["2.346", "−1235", "1.00e9", "–", "0.000"],
    ]);
    expect([axisText(0.25, 0.25), axisText(-20, 10), axisText(0.5, 0.1), axisText(2e9, 1e9)]).toEqual([
      ...["0.25", "−20", "0.5", "2.00e9"],
    ]);
    expect([rateText(5_012.3), rateText(0.5)]).toEqual(["5,010 points/s", "0.5 points/s"]);
    expect([latencyText(undefined), latencyText(42.4), latencyText(1_500)]).toEqual([
      ...["latency unknown", "42 ms late", "1.5 s late"],
    ]);
    expect([shownText(1), shownText(2.5), shownText(15.7)]).toEqual([
      ...["all points shown", "1 of 2.5 points shown", "1 of 16 points shown"],
    ]);
  });

  test("an axis contains its values, stays while they fit, and never has a length of zero", () => {
    const first = rangeFor(-1, 1, undefined);
    expect(rangeFor(-0.9, 0.9, first)).toBe(first);
    expect(rangeFor(-0.1, 0.1, first)[1]).toBeLessThan(0.2);
    expect(rangeFor(null, null, undefined)).toEqual([0, 1]);
    for (const value of [0, 5, -1e15, 1e-9]) {
      const [bottom, top] = rangeFor(value, value, undefined);
      expect(bottom).toBeLessThan(value);
      expect(top).toBeGreaterThan(value);
    }
  });
});
