import { DIVISIONS } from "@achex/instruments";
import { COLORS, channelColor } from "./colors.ts";
import { type Axes, MARGIN, type Plot, yOf } from "./plot.ts";

/** Half the height of a mark, CSS pixels. */
const HALF = 6;
const FONT = '600 10px "Barlow Condensed", sans-serif';

/** A flag at the left edge that points to a height; beyond the screen it points up or down at the edge. */
function flag(context: CanvasRenderingContext2D, plot: Plot, y: number, text: string, color: string): void {
  const bounded = Math.max(plot.top, Math.min(plot.top + plot.height, y));
  const tip = plot.left - 1;
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(1, bounded - HALF);
  context.lineTo(tip - HALF, bounded - HALF);
  context.lineTo(tip, bounded === y ? y : y < bounded ? bounded - HALF : bounded + HALF);
  context.lineTo(tip - HALF, bounded + HALF);
  context.lineTo(1, bounded + HALF);
  context.fill();
  context.fillStyle = COLORS.screen;
  context.font = FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, (tip - HALF) / 2 + 1, bounded + 0.5);
}

/** 0 V of each channel that is shown. */
export function drawGrounds(
  context: CanvasRenderingContext2D,
  plot: Plot,
  axes: Axes,
  shown: readonly boolean[],
): void {
  for (const [channel, scale] of axes.channels.entries())
    if (shown[channel]) flag(context, plot, yOf(plot, scale, 0), String(channel + 1), channelColor(channel));
}

/** Level at the right edge, position at the top; while the level changes, a line across. */
export function drawTrigger(context: CanvasRenderingContext2D, plot: Plot, axes: Axes, isChanging: boolean): void {
  const scale = axes.channels[axes.trigger.source];
  if (!scale) return;
  const y = yOf(plot, scale, axes.trigger.level);
  const bounded = Math.max(plot.top, Math.min(plot.top + plot.height, y));
  const [edge, end] = [plot.left + plot.width, plot.left + plot.width + MARGIN.right];
  context.fillStyle = COLORS.trigger;
  context.beginPath();
  context.moveTo(edge + 1, bounded);
  context.lineTo(edge + 1 + HALF, bounded - HALF);
  context.lineTo(end - 1, bounded - HALF);
  context.lineTo(end - 1, bounded + HALF);
  context.lineTo(edge + 1 + HALF, bounded + HALF);
  context.fill();
  const x = plot.left + plot.width * axes.position;
  context.beginPath();
  context.moveTo(x, plot.top + 1);
  context.lineTo(x - HALF, plot.top - HALF);
  context.lineTo(x - HALF, 1);
  context.lineTo(x + HALF, 1);
  context.lineTo(x + HALF, plot.top - HALF);
  context.fill();
  context.fillStyle = COLORS.screen;
  context.font = FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("T", (edge + HALF + end) / 2, bounded + 0.5);
  context.fillText("T", x, (plot.top - HALF) / 2 + 1.5);
  if (!isChanging || bounded !== y) return;
  context.strokeStyle = COLORS.trigger;
  context.lineWidth = 1;
  context.setLineDash([6, 4]);
  context.beginPath();
  context.moveTo(plot.left, Math.round(y) + 0.5);
  context.lineTo(edge, Math.round(y) + 0.5);
  context.stroke();
  context.setLineDash([]);
}

export interface CursorLines {
  /** Parts of the screen from its left edge; undefined if they are not shown. */
  readonly x: readonly number[] | undefined;
  /** Parts of the screen from its top. */
  readonly y: readonly number[] | undefined;
}

export function drawCursors(context: CanvasRenderingContext2D, plot: Plot, { x = [], y = [] }: CursorLines): void {
  context.strokeStyle = COLORS.cursor;
  context.fillStyle = COLORS.cursor;
  context.font = FONT;
  context.lineWidth = 1;
  const line = (from: readonly [number, number], to: readonly [number, number], at: number) => {
    // Cursor 1 is solid, cursor 2 dashed: nobody has to tell them apart by their position.
    context.setLineDash(at === 0 ? [] : [5, 3]);
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  };
  for (const [at, part] of x.entries()) {
    const left = Math.round(plot.left + plot.width * part) + 0.5;
    line([left, plot.top], [left, plot.top + plot.height], at);
    context.textAlign = part > 0.95 ? "right" : "left";
    context.fillText(`X${at + 1}`, left + (part > 0.95 ? -3 : 3), plot.top + plot.height - 8);
  }
  for (const [at, part] of y.entries()) {
    const top = Math.round(plot.top + plot.height * part) + 0.5;
    line([plot.left, top], [plot.left + plot.width, top], at);
    context.textAlign = "left";
    context.fillText(`Y${at + 1}`, plot.left + 3, top + (part < 0.05 ? 9 : -6));
  }
  context.setLineDash([]);
}

/** Divisions as a distance in pixels. */
export const divisionHeight = ({ height }: Plot): number => height / DIVISIONS.voltage;
