import { describe, expect, test } from "bun:test";
import {
  Capture,
  type CaptureSettings,
  Random,
  type Shape,
  type Signal,
  valueAt,
  type Waveform,
} from "@achex/instruments";
import fc from "fast-check";
import { columnsOf, interpolate } from "../signal/columns.ts";
import { levelsOf } from "../signal/levels.ts";
import { edgesOf, measure } from "../signal/measure.ts";
import { spectrumOf, WINDOW_NAMES } from "../signal/spectrum.ts";

const random = new Random(1);

const sine = (changes: Partial<Signal> = {}): Signal => ({
  shape: "sine",
  frequency: 1_000,
  amplitude: 2,
  offset: 0,
  duty: 0.5,
  phase: 0,
  edge: 8e-9,
  ...changes,
});

const capture: CaptureSettings = {
  timebase: 5e-4,
  points: 5_000,
  trigger: { source: 0, level: 0, slope: "rise", mode: "auto", hysteresis: 0.25, position: 0.5 },
  channels: [{ range: 1, offset: 0 }],
};

function samplesOf({ bytes, points, channels }: Waveform): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const { scale = 0, offset = 0 } = channels[0] ?? {};
  return Float64Array.from({ length: points }, (_, at) => view.getInt16(2 * at, true) * scale + offset);
}

function captured(signal: Signal, changes: Partial<CaptureSettings> = {}) {
  const settings = { ...capture, trigger: { ...capture.trigger, level: signal.offset }, ...changes };
  const waveform = new Capture((_, seconds) => valueAt(signal, seconds, random)).take(settings, 7.123);
  if (!waveform) throw new Error("no waveform");
  return { samples: samplesOf(waveform), dt: waveform.dt };
}

const within = (value: number | undefined, wanted: number, part = 0.01) => {
  expect(value).toBeDefined();
  expect(Math.abs((value ?? Number.NaN) - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * part + 1e-12);
};

/** Vrms of a shape of amplitude 1 Vpp around 0. */
const RMS: Partial<Record<Shape, number>> = {
  sine: 1 / Math.sqrt(8),
  triangle: 1 / Math.sqrt(12),
  ramp: 1 / Math.sqrt(12),
  square: 0.5,
};

describe("measurements agree with the generator's settings within 1 %", () => {
  for (const shape of ["sine", "triangle", "ramp", "square"] as const)
    for (const [frequency, timebase] of [
      [1_000, 5e-4],
      [50, 1e-2],
      [123_456, 5e-6],
      [2_500_000, 2e-7],
    ] as const)
      for (const amplitude of [0.2, 2, 6])
        test(`${shape}, ${frequency} Hz, ${amplitude} Vpp`, () => {
          const signal = sine({ shape, frequency, amplitude });
          const { samples, dt } = captured(signal, { timebase });
          const found = measure(samples, dt);
          within(found.frequency, frequency);
          within(found.peakToPeak, amplitude);
          // An edge of a square is a ramp: 8 ns from 10 % to 90 %, 10 ns in all.
          const edges = shape === "square" ? Math.sqrt(1 - (4 / 3) * 10e-9 * frequency) : 1;
          within(found.rms, amplitude * (RMS[shape] ?? 0) * edges);
          if (shape !== "ramp") within(found.duty, 0.5);
        });

  for (const duty of [0.1, 0.25, 0.5, 0.8])
    for (const edge of [1e-6, 20e-6])
      test(`pulse with a duty cycle of ${duty} and edges of ${edge} s`, () => {
        const signal = sine({ shape: "pulse", duty, edge, offset: 0.5 });
        const found = measure(captured(signal, { timebase: 3e-4 }).samples, 6e-7);
        within(found.duty, duty);
        within(found.amplitude, 2);
        // Two samples per edge do not show its length to 1 %.
        if (edge > 1e-5) for (const time of [found.rise, found.fall]) within(time, edge);
        else expect(found.rise).toBeLessThan(3e-6);
      });
});

describe("what cannot be measured is undefined", () => {
  test("fewer than three edges have no frequency", () => {
    const { samples, dt } = captured(sine({ frequency: 100 }), { timebase: 1e-4 });
    expect(measure(samples, dt)).toMatchObject({ frequency: undefined, duty: undefined });
  });

  test("a constant has levels and no edges", () => {
    const flat = new Float64Array(100).fill(1.5);
    expect(levelsOf(flat)).toEqual({ top: 1.5, base: 1.5 });
    expect(edgesOf(flat, levelsOf(flat))).toEqual([]);
    expect(measure(flat, 1)).toMatchObject({ frequency: undefined, peakToPeak: 0, mean: 1.5, rms: 1.5 });
  });

  test("noise has no frequency", () => {
    for (let run = 0; run < 50; run++) {
      const noise = Float64Array.from({ length: 1_000 }, () => 0.3 + 0.002 * random.normal());
      expect(measure(noise, 1e-9)).toMatchObject({ frequency: undefined, duty: undefined });
    }
  });

  test("any samples give numbers or undefined, never an endless loop", () => {
    fc.assert(
      fc.property(fc.float64Array({ minLength: 2, maxLength: 300, min: -20, max: 20, noNaN: true }), (samples) => {
        for (const value of Object.values(measure(samples, 1e-6))) expect(Number.isNaN(value)).toBe(false);
      }),
    );
  });
});

describe("spectrum", () => {
  for (const window of WINDOW_NAMES)
    test(`${window}: a sine of 1 V rms is at 0 dBV, at its frequency`, () => {
      const { samples, dt } = captured(sine({ frequency: 10_000, amplitude: Math.SQRT2 * 2 }));
      const { levels, step } = spectrumOf(samples, dt, window);
      const peak = levels.indexOf(Math.max(...levels));
      within(peak * step, 10_000, 0.01);
      // The greatest error between two lines: scallop loss after padding from 5,000 to 8,192.
      expect(Math.abs(levels[peak] ?? 0)).toBeLessThan(window === "rectangular" ? 1.6 : 0.6);
    });

  test("the harmonics of a square fall with their order", () => {
    const { samples, dt } = captured(sine({ shape: "square", frequency: 10_000 }));
    const { levels, step } = spectrumOf(samples, dt, "flat-top");
    const at = (hertz: number) => Math.max(...levels.slice(Math.round(hertz / step) - 3, Math.round(hertz / step) + 4));
    for (const order of [3, 5, 7]) expect(at(10_000) - at(10_000 * order)).toBeCloseTo(20 * Math.log10(order), 0);
    expect(at(10_000) - at(20_000)).toBeGreaterThan(40);
  });
});

describe("drawing", () => {
  test("every column covers its samples and touches the next one", () => {
    const { samples } = captured(sine({ shape: "square" }));
    const columns = columnsOf(samples, 0, samples.length, 800);
    for (let column = 1; column < 800; column++) {
      const [low = 0, high = 0, before = 0, above = 0] = [
        columns[2 * column],
        columns[2 * column + 1],
        columns[2 * column - 2],
        columns[2 * column - 1],
      ];
      expect(low <= above && before <= high).toBe(true);
    }
    expect(columnsOf(samples, -1_000, 1_000, 10)[0]).toBeNaN();
  });

  test("between sparse samples a sine is a sine", () => {
    const sparse = Float64Array.from({ length: 64 }, (_, at) => Math.sin((2 * Math.PI * at) / 5.3));
    for (let at = 10; at < 50; at += 0.37)
      expect(interpolate(sparse, at)).toBeCloseTo(Math.sin((2 * Math.PI * at) / 5.3), 1);
  });
});
