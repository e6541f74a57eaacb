import type { Quantity } from "../../shared/instruments/wire.ts";
import { type Channel, isOffScale } from "../rules/channel.ts";
import { shareOf } from "../rules/limits.ts";
import type { Trend } from "../rules/trend.ts";
import type { Palette } from "./palette.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Part of the scale that a trend shows at least, so that noise does not look like a storm. */
const LEAST_SPAN = 0.02;

/** Of what is drawn, a share of the scale; far beyond it, there is nothing to see. */
const shareIn = (value: number, quantity: Quantity): number => Math.max(-0.5, Math.min(1.5, shareOf(value, quantity)));

/** The scale with the normal band, and a mark at the value. A value that is off its scale is an arrow at the end. */
export function drawBar(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  { quantity, value, beyond }: Channel,
  palette: Palette,
  isOld: boolean,
): void {
  context.fillStyle = palette.well;
  context.fillRect(x, y, width, height);
  const { low, high, min, max } = quantity;
  if (low !== undefined || high !== undefined) {
    const from = Math.max(0, shareIn(low ?? min, quantity));
    const to = Math.min(1, shareIn(high ?? max, quantity));
    context.fillStyle = palette.band;
    context.fillRect(x + from * width, y, (to - from) * width, height);
  }
  if (typeof value !== "number") return;
  const share = shareIn(value, quantity);
  context.fillStyle = isOld ? palette.stale : beyond ? palette.warning : palette.mark;
  if (!isOffScale(value, quantity)) {
    const place = Math.max(0, Math.min(1, share));
    context.fillRect(Math.round(x + place * (width - 3)), y - 2, 3, height + 4);
    return;
  }
  const [tip, back] = share < 0 ? [x, x + 6] : [x + width, x + width - 6];
  context.beginPath();
  context.moveTo(tip, y + height / 2);
  context.lineTo(back, y - 2);
  context.lineTo(back, y + height + 2);
  context.fill();
}

/** Lowest and highest share of the scale in a trend, at least a small part of the scale apart. */
function rangeOf(trend: Trend, quantity: Quantity, now: number): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  trend.each(now, (_, least, most) => {
    low = Math.min(low, shareIn(least, quantity));
    high = Math.max(high, shareIn(most, quantity));
  });
  const missing = LEAST_SPAN - (high - low);
  return missing > 0 ? [low - missing / 2, high + missing / 2] : [low, high];
}

/** What happened lately: lowest to highest value of each bin as an area, the last values as a line. A gap stays a gap. */
export function drawTrend(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  { quantity, trend }: { readonly quantity: Quantity; readonly trend: Trend },
  { color, band }: { readonly color: string; readonly band: string },
  now: number,
): void {
  const [low, high] = rangeOf(trend, quantity, now);
  if (low > high) return;
  const place = (value: number) => y + height - ((shareIn(value, quantity) - low) / (high - low)) * height;
  const clamp = (at: number) => Math.max(y, Math.min(y + height, at));
  if (quantity.low !== undefined || quantity.high !== undefined) {
    const top = clamp(place(quantity.high ?? quantity.max));
    context.fillStyle = band;
    context.globalAlpha = 0.35;
    context.fillRect(x, top, width, clamp(place(quantity.low ?? quantity.min)) - top);
    context.globalAlpha = 1;
  }
  const step = width / (trend.length - 1);
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.beginPath();
  let previous = Number.POSITIVE_INFINITY;
  trend.each(now, (age, least, most, last) => {
    const at = x + width - age * step;
    const [top, bottom] = [place(most), place(least)];
    if (bottom - top > 1.5) {
      context.globalAlpha = 0.3;
      context.fillRect(at - step / 2, top, step, bottom - top);
      context.globalAlpha = 1;
    }
    if (previous - age === 1) context.lineTo(at, place(last));
    else context.moveTo(at - 0.5, place(last));
    if (previous - age !== 1) context.lineTo(at, place(last));
    previous = age;
  });
  context.stroke();
}
