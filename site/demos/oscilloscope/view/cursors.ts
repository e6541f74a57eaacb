import { DIVISIONS } from "@achex/instruments";
import { unitOf } from "../signal/mathematics.ts";
import type { Scope } from "./scope.ts";
import { mathScale, spectrumScale } from "./screen/scales.ts";

interface Pair {
  readonly values: readonly [number, number];
  readonly unit: string;
}

/** What the cursors measure. On a spectrum, they measure frequencies and levels. */
export function cursorValues(scope: Scope): { readonly x: Pair; readonly y: Pair } {
  const options = scope.options.peek();
  const { cursors, math, fft, display } = options;
  const axes = scope.axes();
  const isSpectrum = cursors.source === "math" && math.operation === "fft";
  const isMath = cursors.source === "math" && math.operation !== "off";
  const [one, other] = axes.channels;
  const channel = cursors.source === "2" ? other : one;
  const scale = isSpectrum ? spectrumScale(options) : isMath ? mathScale(options) : channel;
  const { range, centre } = scale ?? { range: 1, centre: 0 };
  const valueAt = (part: number) => centre + (0.5 - part) * DIVISIONS.voltage * range;
  const y: Pair = {
    values: [valueAt(cursors.y[0]), valueAt(cursors.y[1])],
    unit: isMath ? unitOf(math.operation) : "V",
  };
  if (display === "xy") {
    const across = (part: number) => (one?.centre ?? 0) + (part - 0.5) * DIVISIONS.time * (one?.range ?? 1);
    return { x: { values: [across(cursors.x[0]), across(cursors.x[1])], unit: "V" }, y };
  }
  if (isSpectrum) {
    const width = 1 / (2 * (scope.picture?.waveform.dt ?? 1)) / fft.zoom;
    return { x: { values: [cursors.x[0] * width, cursors.x[1] * width], unit: "Hz" }, y };
  }
  const timeAt = (part: number) => (part - axes.position) * DIVISIONS.time * axes.timebase;
  return { x: { values: [timeAt(cursors.x[0]), timeAt(cursors.x[1])], unit: "s" }, y };
}
