import { columnsOf, interpolate } from "../../signal/columns.ts";
import type { Samples } from "../../signal/levels.ts";
import { type Plot, type Scale, yOf } from "./plot.ts";

/** Fewer samples per column are connected by what a band-limited signal does between them. */
const SPARSE = 0.75;

/** Lowest and highest value of each column of pixels, as pairs; NaN where the waveform has nothing. */
export function valuesOf(samples: Samples, first: number, count: number, width: number): Float64Array {
  if (count >= width * SPARSE) return columnsOf(samples, first, count, width);
  const values = new Float64Array(2 * width);
  for (let column = 0; column < width; column++) {
    const at = first + (count * column) / width;
    const value = at < 0 || at > samples.length - 1 ? Number.NaN : interpolate(samples, at);
    values[2 * column] = value;
    values[2 * column + 1] = value;
  }
  return values;
}

/** Adds the line through the columns to the path. */
export function traceColumns(context: CanvasRenderingContext2D, plot: Plot, scale: Scale, values: Float64Array): void {
  // Lines are clipped at the screen anyway; values beyond what canvases can compute with would come out somewhere else.
  const [least, most] = [plot.top - plot.height, plot.top + 2 * plot.height];
  let isDrawing = false;
  for (let column = 0; 2 * column < values.length; column++) {
    const [low = Number.NaN, high = Number.NaN] = [values[2 * column], values[2 * column + 1]];
    if (Number.isNaN(low)) {
      isDrawing = false;
      continue;
    }
    const x = plot.left + column + 0.5;
    const [bottom, top] = [low, high].map((value) => Math.max(least, Math.min(most, yOf(plot, scale, value))));
    if (bottom === undefined || top === undefined) continue;
    if (isDrawing) context.lineTo(x, bottom);
    else context.moveTo(x, bottom);
    if (top !== bottom) context.lineTo(x, top);
    isDrawing = true;
  }
}

export interface TraceStyle {
  readonly color: string;
  readonly width?: number;
  readonly alpha?: number;
}

export function drawTrace(
  context: CanvasRenderingContext2D,
  plot: Plot,
  scale: Scale,
  values: Float64Array,
  { color, width = 1.5, alpha = 1 }: TraceStyle,
): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.globalAlpha = alpha;
  context.lineJoin = "round";
  context.beginPath();
  traceColumns(context, plot, scale, values);
  context.stroke();
  context.globalAlpha = 1;
}

/** One channel over the other. At most so many points, evenly distributed, so that the work has a bound. */
const XY_POINTS = 5_000;

export function drawXY(
  context: CanvasRenderingContext2D,
  plot: Plot,
  scales: readonly [Scale, Scale],
  [horizontal, vertical]: readonly [Samples, Samples],
  color: string,
): void {
  const step = Math.max(1, Math.ceil(horizontal.length / XY_POINTS));
  // Ten divisions across, as high as they are wide only on a screen of that shape.
  const perDivision = plot.width / 10;
  const middle = plot.left + plot.width / 2;
  context.strokeStyle = color;
  context.lineWidth = 1.2;
  context.lineJoin = "round";
  context.beginPath();
  for (let at = 0; at < horizontal.length; at += step) {
    const x = middle + (((horizontal[at] ?? 0) - scales[0].centre) / scales[0].range) * perDivision;
    context.lineTo(
      Math.max(-1e4, Math.min(1e4, x)),
      Math.max(-1e4, Math.min(1e4, yOf(plot, scales[1], vertical[at] ?? 0))),
    );
  }
  context.stroke();
}
