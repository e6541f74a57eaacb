import { Random, type Signal, valueAt } from "@achex/instruments";
import type { OutputSettings } from "./generator.ts";

/** Periods that the picture shows. */
const PERIODS = 2;
const POINTS = 240;
/** Noise looks the same in every picture. */
const SEED = 5;
/** Of the period: an edge as it is drawn, always steep. */
const EDGE = 1e-3;

/**
 * The path of a signal in a box of the given size, for SVG. The range of the output fills the height. One second is one period here: the
 * real frequency is a number next to the picture.
 */
export function pathOf(output: OutputSettings, width: number, height: number): string {
  const { shape, amplitude, offset, duty, phase, most } = output;
  const signal: Signal = { ...{ shape, amplitude, offset, duty, phase }, frequency: 1, edge: EDGE };
  const random = new Random(SEED);
  const points: string[] = [];
  for (let at = 0; at <= POINTS; at++) {
    const volts = valueAt(signal, (at / POINTS) * PERIODS, random);
    const y = height / 2 - (volts / most) * (height / 2);
    points.push(`${((at / POINTS) * width).toFixed(1)} ${y.toFixed(1)}`);
  }
  return `M${points.join("L")}`;
}

/** A waveform for the face of a key: one period of full height. */
export const iconOf = (shape: OutputSettings["shape"], width: number, height: number): string =>
  pathOf(
    {
      ...{ shape, frequency: 1, amplitude: 1.6, offset: 0, duty: shape === "pulse" ? 0.2 : 0.5, phase: 0 },
      ...{ isOpen: true, isOn: true, most: 1 },
    },
    width,
    height,
  );
