import type { CaptureSettings } from "./capture.ts";
import type { SettingDefinition, Settings } from "./settings.ts";

export const CAPTURE_CHANNELS = [1, 2] as const;
export const MAX_CAPTURE_POINTS = 10_000;

interface CaptureLimits {
  /** Seconds per division. */
  readonly timebase: readonly [min: number, max: number];
  /** Largest volts per division. */
  readonly range: number;
}

const channelSettings = (n: number, most: number): Readonly<Record<string, SettingDefinition>> => ({
  [`range-${n}`]: { title: `Volts per division ${n}`, unit: "V", min: 0.001, max: most, step: 1e-6, initial: 0.5 },
  [`offset-${n}`]: { title: `Centre ${n}`, unit: "V", min: -4 * most, max: 4 * most, step: 1e-6, initial: 0 },
});

/** The settings of a capture with two channels, as docs/instruments.md names them. */
export const captureSettings = ({ timebase, range }: CaptureLimits): Readonly<Record<string, SettingDefinition>> => ({
  run: { title: "Run", values: [false, true], initial: true },
  timebase: {
    ...{ title: "Time per division", unit: "s", min: timebase[0], max: timebase[1] },
    ...{ step: 1e-9, initial: 5e-4 },
  },
  points: { title: "Points", unit: "", min: 100, max: MAX_CAPTURE_POINTS, step: 1, initial: 1_000 },
  "trigger-source": { title: "Trigger source", values: CAPTURE_CHANNELS.map(String), initial: "1" },
  "trigger-level": { title: "Trigger level", unit: "V", min: -4 * range, max: 4 * range, step: 1e-6, initial: 0 },
  "trigger-slope": { title: "Trigger slope", values: ["rise", "fall"], initial: "rise" },
  "trigger-mode": { title: "Trigger mode", values: ["auto", "normal", "single"], initial: "auto" },
  "trigger-hysteresis": { title: "Trigger hysteresis", unit: "div", min: 0, max: 4, step: 0.01, initial: 0.25 },
  "trigger-position": { title: "Trigger position", unit: "", min: 0, max: 1, step: 0.001, initial: 0.5 },
  ...channelSettings(1, range),
  ...channelSettings(2, range),
});

/** How the settings say to capture. */
export function captureOf(settings: Settings): CaptureSettings {
  const mode = settings.text("trigger-mode");
  return {
    timebase: settings.number("timebase"),
    points: settings.number("points"),
    trigger: {
      source: Number(settings.text("trigger-source")) - 1,
      level: settings.number("trigger-level"),
      slope: settings.text("trigger-slope") === "fall" ? "fall" : "rise",
      mode: mode === "normal" || mode === "single" ? mode : "auto",
      hysteresis: settings.number("trigger-hysteresis"),
      position: settings.number("trigger-position"),
    },
    channels: CAPTURE_CHANNELS.map((n) => ({
      range: settings.number(`range-${n}`),
      offset: settings.number(`offset-${n}`),
    })),
  };
}
