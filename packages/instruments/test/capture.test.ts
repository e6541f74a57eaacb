import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Capture, type CaptureSettings, findTrigger, type Waveform } from "../src/capture.ts";
import { Random } from "../src/signals/random.ts";
import { type Signal, valueAt } from "../src/signals/waveform.ts";

const settings: CaptureSettings = {
  timebase: 5e-4,
  points: 5_000,
  trigger: { source: 0, level: 0, slope: "rise", mode: "auto", hysteresis: 0.25, position: 0.5 },
  channels: [
    { range: 0.5, offset: 0 },
    { range: 0.5, offset: 0 },
  ],
};
const sine: Signal = { shape: "sine", frequency: 1_000, amplitude: 2, offset: 0, duty: 0.5, phase: 0, edge: 8e-9 };

const captureOf = (...signals: readonly Signal[]) => {
  const random = new Random(1);
  return new Capture((channel, seconds) => {
    const signal = signals[channel];
    return signal ? valueAt(signal, seconds, random) : 0;
  });
};

/** Volts of a channel. */
function voltsOf({ bytes, points, channels }: Waveform, channel: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const { scale = 0, offset = 0 } = channels[channel] ?? {};
  return Array.from({ length: points }, (_, at) => view.getInt16(2 * (channel * points + at), true) * scale + offset);
}

describe("a capture", () => {
  test("has its trigger in the middle, at the interpolated crossing, on the chosen slope", () => {
    for (const slope of ["rise", "fall"] as const) {
      const trigger = { ...settings.trigger, slope, level: 0.4 };
      for (const now of [1, 1.00037, 1.9]) {
        const waveform = captureOf(sine).take({ ...settings, trigger }, now);
        if (!waveform) throw new Error("no waveform");
        const volts = voltsOf(waveform, 0);
        const at = Math.floor(waveform.trigger);
        const [before = 0, after = 0] = [volts[at], volts[at + 1]];
        expect(before + (after - before) * (waveform.trigger - at)).toBeCloseTo(0.4, 3);
        expect(Math.sign(after - before)).toBe(slope === "rise" ? 1 : -1);
        expect(Math.abs(at - settings.points / 2)).toBeLessThanOrEqual(1);
        expect(waveform.state).toBe("triggered");
      }
    }
  });

  test("has both channels from the same moment, and as many bytes as the wire says", () => {
    const waveform = captureOf(sine, { ...sine, phase: 90 }).take(settings, 2);
    if (!waveform) throw new Error("no waveform");
    expect(waveform.bytes.length).toBe(2 * settings.points * 2);
    const [first, second] = [voltsOf(waveform, 0), voltsOf(waveform, 1)];
    // sin² + cos² = 1: the phase between the channels is exact.
    for (let at = 0; at < settings.points; at += 97)
      expect((first[at] ?? 0) ** 2 + (second[at] ?? 0) ** 2).toBeCloseTo(1, 2);
  });

  test("without a trigger: normal and single send nothing, auto waits 20 ms or one screen", () => {
    const trigger = { ...settings.trigger, level: 5 };
    const normal = captureOf(sine);
    expect(normal.take({ ...settings, trigger: { ...trigger, mode: "normal" } }, 1)).toBeUndefined();
    expect(normal.take({ ...settings, trigger: { ...trigger, mode: "single" } }, 1)).toBeUndefined();
    const auto = captureOf(sine);
    expect(auto.take({ ...settings, trigger }, 1)?.state).toBe("auto");
    expect(auto.take({ ...settings, trigger }, 1.01)).toBeUndefined();
    expect(auto.take({ ...settings, trigger }, 1.03)?.state).toBe("auto");
  });

  test("single waits for a trigger after it was armed, however old the captured signal is", () => {
    const slow: CaptureSettings = { ...settings, timebase: 0.1, trigger: { ...settings.trigger, mode: "single" } };
    // One crossing every second, at whole seconds.
    const capture = captureOf({ ...sine, frequency: 1 });
    for (const now of [10.1, 10.5, 10.9, 11.2]) expect(capture.take(slow, now)).toBeUndefined();
    // The crossing at 11 s was not before half a screen later.
    expect(capture.take(slow, 11.52)?.state).toBe("single");
    capture.disarm();
    expect(capture.take(slow, 11.6)).toBeUndefined();
    expect(capture.take(slow, 12.51)?.state).toBe("single");
  });

  test("the trigger is where its position says, and needs its hysteresis", () => {
    for (const position of [0, 0.1, 0.9, 1]) {
      const waveform = captureOf(sine).take({ ...settings, trigger: { ...settings.trigger, position } }, 1.0003);
      expect(Math.abs((waveform?.trigger ?? Number.NaN) - position * settings.points)).toBeLessThanOrEqual(1);
    }
    // The sine reaches 2 divisions below the level, not more.
    const normal = { ...settings.trigger, mode: "normal" as const };
    expect(captureOf(sine).take({ ...settings, trigger: { ...normal, hysteresis: 1.9 } }, 1)?.state).toBe("triggered");
    expect(captureOf(sine).take({ ...settings, trigger: { ...normal, hysteresis: 2.1 } }, 1)).toBeUndefined();
  });

  test("values beyond the converter are limited, not wrapped", () => {
    const waveform = captureOf({ ...sine, amplitude: 20 }).take(settings, 1);
    if (!waveform) throw new Error("no waveform");
    const volts = voltsOf(waveform, 0);
    expect(Math.max(...volts)).toBeCloseTo(2.5, 2);
    expect(Math.min(...volts)).toBeCloseTo(-2.5, 2);
  });
});

test("noise smaller than the hysteresis does not trigger twice", () => {
  const random = new Random(9);
  const noisy = Array.from({ length: 2_000 }, (_, at) => Math.sin((2 * Math.PI * at) / 1_000) + 0.02 * random.normal());
  const rise = { source: 0, level: 0, slope: "rise", mode: "auto" } as const;
  const first = findTrigger(noisy, rise, 0.125, 500, 2_000);
  expect(first).toBeGreaterThan(980);
  expect(first).toBeLessThan(1_020);
  expect(findTrigger(noisy, rise, 0.125, Math.ceil(first ?? 0) + 20, 1_900)).toBeUndefined();
});

test("a square is high for its duty cycle, and its edges take their time", () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 90 }), fc.integer({ min: 1, max: 40 }), (percent, part) => {
      const edge = part * 1e-6;
      const square: Signal = { ...sine, shape: "square", duty: percent / 100, edge };
      const random = new Random(1);
      const points = 20_000;
      const volts = Array.from({ length: points }, (_, at) => valueAt(square, (at + 0.5) / points / 1_000, random));
      const high = volts.filter((value) => value > 0).length / points;
      expect(Math.abs(high - percent / 100)).toBeLessThan(0.001);
      const rising = volts.filter((value) => value > -0.8 && value < 0.8).length / points / 1_000 / 2;
      expect(Math.abs(rising - edge)).toBeLessThan(0.02 * edge + 1e-7);
    }),
  );
});
