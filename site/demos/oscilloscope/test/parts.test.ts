import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { Intake } from "../net/intake.ts";
import { Recording } from "../net/recording.ts";
import { SettingQueue } from "../net/setting-queue.ts";
import { readWaveform, type Waveform } from "../net/waveform.ts";
import { RunningMean } from "../signal/average.ts";
import { settingsFor } from "../signal/find-signal.ts";
import { measure } from "../signal/measure.ts";
import { nextStep, stepUp } from "../signal/steps.ts";
import { csvOf } from "../view/csv.ts";
import { axesOf, plotOf, valueAtY, visibleSamples, yOf } from "../view/screen/plot.ts";

const header = {
  ...{ n: 3, t: 1_000, dt: 1e-6, points: 4, trigger: 1.5, state: "triggered" },
  channels: [
    { scale: 0.5, offset: 1 },
    { scale: 2, offset: 0 },
  ],
};
const bytesOf = (...values: readonly number[]) => new Uint8Array(Int16Array.from(values).buffer);
const bytes = bytesOf(0, 1, -2, 32_767, 5, 6, 7, -32_768);

describe("reading a waveform", () => {
  test("channels one after the other, least significant byte first", () => {
    const read = readWaveform({ data: header, bytes });
    expect(read).toMatchObject({ waveform: { n: 3, dt: 1e-6, trigger: 1.5, state: "triggered" } });
    if ("problem" in read) throw new Error(read.problem);
    expect(read.waveform.channels.map((samples) => [...samples])).toEqual([
      [1, 1.5, 0, 16_384.5],
      [10, 12, 14, -65_536],
    ]);
  });

  test("anything else is a problem, never an exception, and allocates nothing", () => {
    for (const changed of [
      { points: 5 },
      { points: 1e9 },
      { points: Number.NaN },
      { points: "4" },
      { dt: 0 },
      { dt: Number.POSITIVE_INFINITY },
      { trigger: 5 },
      { trigger: -1 },
      { state: "constructor" },
      { channels: [] },
      { channels: [{ scale: Number.NaN, offset: 0 }] },
      { channels: [{ scale: 0, offset: 0 }] },
      { channels: "two" },
    ])
      expect(readWaveform({ data: { ...header, ...changed }, bytes })).toHaveProperty("problem");
    expect(readWaveform({ data: header, bytes: undefined })).toEqual({ problem: "0 bytes instead of 16" });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(header)), fc.anything()), (data) => {
        expect(readWaveform({ data: { ...header, ...data }, bytes })).toBeObject();
      }),
    );
  });
});

describe("intake", () => {
  const raw = (n: number) => ({ data: { ...header, n }, bytes });

  test("counts what is missing, and begins again with an instrument that was restarted", () => {
    const intake = new Intake();
    for (const n of [5, 6, 9, 9, 0, 1]) {
      intake.waveform(raw(n));
      intake.take();
    }
    expect(intake.counts).toMatchObject({ taken: 5, missed: 2, skipped: 0, ignored: 0 });
  });

  test("a flood is left out, not queued; what was left out is not counted as missing as well", () => {
    const intake = new Intake();
    for (let n = 0; n < 1_000; n++) intake.waveform(raw(n));
    expect(intake.take().map(({ n }) => n)).toEqual(Array.from({ length: 16 }, (_, at) => 984 + at));
    for (let n = 1_000; n < 1_020; n++) intake.waveform(raw(n));
    expect(intake.take().length).toBe(16);
    expect(intake.counts).toMatchObject({ taken: 32, missed: 0, skipped: 988 });
  });
});

describe("running mean", () => {
  const step = (trigger: number, noise: number): Waveform => ({
    ...{ n: 0, t: 0, dt: 1, trigger, state: "triggered" },
    channels: [Float64Array.from({ length: 100 }, (_, at) => at - trigger + (at % 2 === 0 ? noise : -noise))],
  });

  test("takes noise away, whatever the fraction of the trigger", () => {
    const mean = new RunningMean();
    let last = step(50, 0);
    for (let at = 0; at < 64; at++) last = mean.add(step(50 + (at % 10) / 10, at % 2 === 0 ? 1 : -1), 64);
    expect(mean.taken).toBe(64);
    for (const [at, value] of last.channels[0]?.slice(0, 99).entries() ?? []) expect(value).toBeCloseTo(at - 50, 0.5);
  });

  test("begins again when the capture changes, and leaves out what has no trigger", () => {
    const mean = new RunningMean();
    mean.add(step(50, 0), 8);
    mean.add(step(50.5, 0), 8);
    expect(mean.taken).toBe(2);
    mean.add({ ...step(50, 0), dt: 2 }, 8);
    expect(mean.taken).toBe(1);
    const auto = { ...step(50, 0), state: "auto" } as const;
    expect(mean.add(auto, 8)).toBe(auto);
    expect(mean.taken).toBe(0);
  });
});

test("knobs turn in steps of 1, 2 and 5", () => {
  const limits = { min: 1e-3, max: 10 };
  const up: number[] = [];
  for (let value = 1e-3; value < 10; value = nextStep(value, 1, limits)) up.push(value);
  expect(up).toEqual([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]);
  expect(nextStep(10, 1, limits)).toBe(10);
  expect(nextStep(0.3, 1, limits)).toBe(0.5);
  expect(nextStep(0.3, -1, limits)).toBe(0.2);
  expect(nextStep(0.001, -1, limits)).toBe(0.001);
  expect(nextStep(0, 1, limits)).toBe(0.001);
  expect(stepUp(0.3)).toBe(0.5);
  expect(stepUp(0.5)).toBe(0.5);
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (value) => {
      const wide = { min: 1e-12, max: 1e12 };
      expect(nextStep(value, 1, wide)).toBeGreaterThan(value);
      expect(nextStep(value, -1, wide)).toBeLessThan(value);
    }),
  );
});

test("a value and its place on the screen, and the samples that the screen shows", () => {
  const plot = plotOf(1_036, 820);
  expect(plot).toEqual({ left: 18, top: 14, width: 1_000, height: 800 });
  const scale = { range: 0.5, centre: 1 };
  expect(yOf(plot, scale, 1)).toBe(414);
  expect(yOf(plot, scale, 1.5)).toBe(314);
  expect(valueAtY(plot, scale, 314)).toBe(1.5);
  const axes = axesOf({ timebase: 1e-3, "trigger-position": 0.2, "range-1": "much", "offset-2": 3 }, undefined);
  expect(axes).toMatchObject({ timebase: 1e-3, position: 0.2, channels: [{ range: 1 }, { centre: 3 }] });
  const waveform: Waveform = {
    n: 0,
    t: 0,
    dt: 1e-5,
    trigger: 200.25,
    state: "auto",
    channels: [new Float64Array(1_000)],
  };
  const { first, count } = visibleSamples(waveform, axes);
  expect(count).toBeCloseTo(1_000, 6);
  expect(first).toBeCloseTo(0.25, 6);
});

test("Find signal shows two to five periods, between half of the screen and all of it", () => {
  const limits = { timebase: { min: 1e-8, max: 1 }, range: { min: 1e-3, max: 10 } };
  fc.assert(
    fc.property(
      fc.double({ min: 2, max: 1e6, noNaN: true }),
      fc.double({ min: 0.05, max: 10, noNaN: true }),
      (hertz, volts) => {
        const samples = Float64Array.from(
          { length: 2_000 },
          (_, at) => 0.3 + (volts / 2) * Math.sin((2 * Math.PI * at) / 400),
        );
        const found = settingsFor([measure(samples, 1 / hertz / 400), undefined], limits);
        const periods = Number(found.timebase) * 10 * hertz;
        expect(periods).toBeGreaterThan(2.4);
        expect(periods).toBeLessThan(6.5);
        const divisions = volts / Number(found["range-1"]);
        expect(divisions).toBeLessThan(6.2);
        expect(divisions).toBeGreaterThan(2.3);
        expect(Number(found["trigger-level"])).toBeCloseTo(0.3, 1);
      },
    ),
  );
});

test("CSV has seconds from the trigger, volts, references and the spectrum", () => {
  const channels = [Float64Array.of(1, 2, 3), Float64Array.of(-1, -2, -3)];
  const waveform: Waveform = { n: 0, t: 0, dt: 0.5, trigger: 1, state: "triggered", channels };
  const reference = { label: "CH1", samples: Float64Array.of(9), dt: 0.5, trigger: 0, channel: 0 };
  const spectrum = { step: 10, levels: Float64Array.of(-3, -6, -9, -12) };
  expect(csvOf({ waveform, math: undefined, spectrum }, [reference, undefined]).split("\r\n")).toEqual([
    "time/s,CH1/V,CH2/V,R1 (CH1)/V,frequency/Hz,level/dBV",
    "-0.5,1,-1,9,0,-3",
    "0,2,-2,,10,-6",
    "0.5,3,-3,,20,-9",
    ",,,,30,-12",
    "",
  ]);
});

test("changes while a question waits are asked together with the next one, and a rejected one is taken back", async () => {
  const asked: object[] = [];
  let answer = Promise.withResolvers<void>();
  const queue = new SettingQueue(
    (set) => {
      asked.push(set);
      return answer.promise;
    },
    (error) => String(error),
  );
  queue.change({ range: 1 });
  queue.change({ range: 2 });
  queue.change({ range: 3, run: false });
  expect(asked).toEqual([{ range: 1 }]);
  expect(queue.wanted.value).toEqual({ range: 3, run: false });
  const first = answer;
  answer = Promise.withResolvers<void>();
  first.resolve();
  await until("the second question", () => asked.length === 2);
  expect(asked).toEqual([{ range: 1 }, { range: 3, run: false }]);
  answer.reject("not now");
  await until("the rejection", () => queue.problem.value !== "");
  expect(queue.wanted.value).toEqual({});
  expect(queue.problem.value).toBe("not now");
});

test("a recording has both channels at the same moments, between samples as well, and forgets what is old", () => {
  const recording = new Recording(48_000);
  const wave = (from: number) => Float32Array.from({ length: 480 }, (_, at) => Math.sin((from + at) / 20));
  for (let block = 0; block < 600; block++)
    recording.add([wave(480 * block), wave(480 * block).map((value) => -value)]);
  expect(recording.now).toBe(6);
  expect(recording.span).toBeGreaterThan(5.4);
  for (const seconds of [5.5, 5.73001, 5.999]) {
    expect(recording.valueAt(0, seconds)).toBeCloseTo(Math.sin((seconds * 48_000) / 20), 2);
    expect(recording.valueAt(1, seconds)).toBe(-recording.valueAt(0, seconds));
  }
  expect(recording.valueAt(0, 0.1)).toBe(0);
  expect(recording.valueAt(0, 7)).toBe(0);
});
