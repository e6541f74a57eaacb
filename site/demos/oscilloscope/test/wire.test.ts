// What the page measures, against what the generator was set to: generator process, relay, client, measurement.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { start } from "../../../../packages/cli/test/kit/achex.ts";
import { startServer, type TestServer } from "../../../../packages/server/test/kit/server.ts";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import type { Settings } from "../../shared/instruments/wire.ts";
import type { Waveform } from "../net/waveform.ts";
import { RunningMean } from "../signal/average.ts";
import { type Measurements, measure } from "../signal/measure.ts";
import { peakOf, spectrumOf } from "../signal/spectrum.ts";
import { Watcher } from "./kit/watcher.ts";

const ID = "gen-1";
const POINTS = 5_000;

let server: TestServer;
let generator: ReturnType<typeof start>;
let watcher: Watcher;

beforeAll(async () => {
  server = await startServer();
  const url = server.ws("/instruments");
  generator = start(["demo", "instrument", "function-generator", url.replace(/^ws:\/\//, ""), "--id", ID]);
  await generator.err.next("the generator to join", 60_000);
  watcher = new Watcher(url, ID);
  await watcher.join();
});
afterAll(async () => {
  watcher[Symbol.dispose]();
  generator.signal("SIGTERM");
  await generator[Symbol.asyncDispose]();
  await server.stop();
});

interface Case {
  readonly shape: "sine" | "square" | "triangle" | "ramp" | "pulse";
  readonly frequency: number;
  readonly timebase: number;
  readonly amplitude: number;
  /** V rms. */
  readonly noise: number;
}

/** Vrms without the mean, of a shape of amplitude 1 Vpp and a duty cycle of one half. */
const AC_RMS = {
  sine: 1 / Math.sqrt(8),
  triangle: 1 / Math.sqrt(12),
  ramp: 1 / Math.sqrt(12),
  square: 0.5,
  pulse: 0.5,
} as const;
const SHAPES = Object.keys(AC_RMS).filter((name): name is Case["shape"] => name in AC_RMS);
/** Of the digitiser itself. */
const OWN_NOISE = 0.002;

async function capture(
  { shape, frequency, timebase, amplitude, noise }: Case,
  others: Settings = {},
): Promise<Waveform> {
  await watcher.set({
    ...{ "shape-1": shape, "frequency-1": frequency, "amplitude-1": amplitude, "dc-1": amplitude / 10, "duty-1": 50 },
    ...{ "output-1": true, "noise-1": noise, run: true, points: POINTS, timebase },
    ...{ "range-1": amplitude / 5, "offset-1": amplitude / 10, "edge-1": 1e-8 },
    ...{ "trigger-mode": "auto", "trigger-source": "1", "trigger-level": amplitude / 10, "trigger-hysteresis": 0.25 },
    ...others,
  });
  return watcher.fresh();
}

const measured = ({ channels: [samples], dt }: Waveform): Measurements => {
  if (!samples) throw new Error("no channel");
  return measure(samples, dt);
};

/** What is farther than 1 % from what it should be. */
function deviations(found: Measurements, wanted: Partial<Record<keyof Measurements, number>>): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const [, got] = Object.entries(found).find(([key]) => key === name) ?? [];
    return typeof got === "number" && Math.abs(got / value - 1) <= 0.01 ? [] : [`${name}: ${got} instead of ${value}`];
  });
}

describe("measurements are within 1 % of the generator's settings", () => {
  for (const shape of SHAPES)
    test(`${shape}: 50 Hz to 1.2 MHz, 0.5 to 6 Vpp, with and without noise`, async () => {
      const wrong: string[] = [];
      for (const [frequency, timebase] of [
        [50, 1e-2],
        [1_000, 5e-4],
        [33_333, 2e-5],
        [1_234_567, 5e-7],
      ] as const)
        for (const amplitude of [0.5, 2, 6])
          for (const part of [0, 0.02]) {
            const noise = amplitude * part;
            const found = measured(await capture({ shape, frequency, timebase, amplitude, noise }));
            const all = Math.hypot(noise, OWN_NOISE);
            // An edge of 10 ns from 10 % to 90 % is 12.5 ns in all, and has less power than none.
            const edges = shape === "square" || shape === "pulse" ? Math.sqrt(1 - (4 / 3) * 12.5e-9 * frequency) : 1;
            const acRms = Math.hypot(amplitude * AC_RMS[shape] * edges, all);
            const wanted = {
              ...{ frequency, period: 1 / frequency, acRms, rms: Math.hypot(acRms, amplitude / 10) },
              // Noise moves the extremes of a signal without flat parts, and with them the level at which its duty cycle counts.
              ...(shape === "square" || shape === "pulse" || (shape !== "ramp" && part === 0) ? { duty: 0.5 } : {}),
              // Peaks include those of the noise: they are only what was set if there is little of it.
              ...(all < amplitude / 1_000 && { peakToPeak: amplitude }),
              ...((part === 0 && amplitude > 1) || shape === "square" || shape === "pulse" ? { amplitude } : {}),
            };
            for (const one of deviations(found, wanted))
              wrong.push(`${frequency} Hz, ${amplitude} Vpp, noise ${noise}: ${one}`);
          }
      expect(wrong).toEqual([]);
    });

  test("duty cycle, rise and fall of pulses", async () => {
    const pulse = { shape: "pulse", frequency: 10_000, timebase: 5e-5, amplitude: 4, noise: 0 } as const;
    for (const [duty, edge] of [
      [10, 2e-6],
      [35, 1e-6],
      [80, 5e-6],
    ] as const) {
      const found = measured(await capture(pulse, { "duty-1": duty, "edge-1": edge }));
      expect(deviations(found, { duty: duty / 100, rise: edge, fall: edge, frequency: 10_000 })).toEqual([]);
    }
  });

  test("with averages, the peaks of a noisy signal as well", async () => {
    const noisy = { shape: "sine", frequency: 1_000, timebase: 5e-4, amplitude: 2, noise: 0.04 } as const;
    // Without enough hysteresis, noise on a falling edge looks like a rising one.
    const first = await capture(noisy, { "trigger-hysteresis": 1 });
    expect(measured(first).peakToPeak).toBeGreaterThan(2.1);
    const mean = new RunningMean();
    const averaged = await watcher.watch((waveform) => {
      const now = mean.add(waveform, 256);
      return mean.taken === 200 ? now : undefined;
    });
    expect(deviations(measured(averaged), { peakToPeak: 2, frequency: 1_000 })).toEqual([]);
  });

  test("the highest line of the spectrum is at the frequency and level of a sine", async () => {
    const sine = { shape: "sine", frequency: 12_345, timebase: 5e-4, amplitude: 2 * Math.SQRT2, noise: 0 } as const;
    const { channels, dt } = await capture(sine);
    const peak = peakOf(spectrumOf(channels[0] ?? new Float64Array(2), dt, "flat-top"));
    expect(Math.abs((peak?.frequency ?? 0) / 12_345 - 1)).toBeLessThan(0.01);
    expect(Math.abs(peak?.level ?? Number.NaN)).toBeLessThan(0.05);
  });
});

test("single never stops without a trigger, and shows one waveform when it comes", async () => {
  const sine = { shape: "sine", frequency: 1_000, timebase: 1e-4, amplitude: 2, noise: 0 } as const;
  await capture(sine);
  await watcher.set({ "trigger-mode": "single", "trigger-level": 5, run: true });
  const room = watcher.client.hub(`instrument-${ID}`);
  await room.join({ state: true });
  const isRunning = () => JSON.stringify(room.state.get("settings")).includes('"run":true');
  // Questions and answers take longer than several captures.
  for (let asked = 0; asked < 40; asked++) await watcher.client.ask(ID, { scpi: "*IDN?" });
  expect(isRunning()).toBe(true);
  const single = watcher.watch((waveform) => (waveform.state === "single" ? waveform : undefined));
  await watcher.set({ "trigger-level": 0.2 });
  const { n } = await single;
  await until("the capture to stop", () => !isRunning());
  for (let asked = 0; asked < 40; asked++) await watcher.client.ask(ID, { scpi: "*IDN?" });
  expect(watcher.last).toBe(n);
});

test("5,000 points of two channels at 50 waveforms per second: fewer than 1 % are missing", async () => {
  await capture({ shape: "sine", frequency: 1_000, timebase: 5e-4, amplitude: 2, noise: 0 });
  const seen: number[] = [];
  await watcher.watch(({ n, channels }) => {
    expect(channels.map(({ length }) => length)).toEqual([POINTS, POINTS]);
    seen.push(n);
    return seen.length === 200 ? true : undefined;
  });
  const sent = (seen.at(-1) ?? 0) - (seen[0] ?? 0) + 1;
  expect((sent - seen.length) / sent).toBeLessThan(0.01);
});
