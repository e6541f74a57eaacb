import { colorOf } from "../../shared/room/colors.ts";
import type { Cursor } from "../net/cursors.ts";
import type { LiveStroke } from "../net/live-strokes.ts";
import { unpackPoints } from "../rules/points.ts";
import type { ReplayFrame } from "../rules/replay.ts";
import { type Camera, type Size, toScreen } from "./camera.ts";
import type { Box } from "./ink.ts";
import { highlighterOutline, penOutline } from "./outline.ts";
import { ACCENT, FONT, type Light, PAPER, penColor } from "./palette.ts";

const MARGIN = 14;
/** ms of rest after which a pointer fades. */
const IDLE = 10_000;
const FADED = 0.3;
const HANDLE = 4;

const outlines = new WeakMap<LiveStroke, { readonly count: number; readonly path: Path2D }>();

/** A stroke that is being drawn by somebody else; its outline is computed again only when points have arrived. */
export function paintLive(context: CanvasRenderingContext2D, stroke: LiveStroke, light: Light): void {
  const { kind, points, width, color } = stroke;
  let known = outlines.get(stroke);
  if (known?.count !== points.length) {
    const outline = kind === "pen" ? penOutline : highlighterOutline;
    known = { count: points.length, path: new Path2D(outline(points, width)) };
    outlines.set(stroke, known);
  }
  context.globalAlpha = kind === "pen" ? 1 : 0.38;
  context.fillStyle = penColor(color, light);
  context.fill(known.path);
  context.globalAlpha = 1;
}

/** The stroke that a replay is drawing. */
export function paintGrowing(
  context: CanvasRenderingContext2D,
  { stroke, points }: NonNullable<ReplayFrame["growing"]>,
  light: Light,
): void {
  const { kind, color, width } = stroke;
  const part = (unpackPoints(stroke.points) ?? []).slice(0, points);
  paintLive(context, { player: "", kind, color, width, board: undefined, points: part }, light);
}

/** Name and colour of a player at a pointer. */
export interface Tag {
  readonly name: string;
  readonly color: number;
}

/** Somebody's pointer with their name, in CSS pixels; outside the screen it waits at the edge. */
export function paintCursor(
  context: CanvasRenderingContext2D,
  cursor: Cursor,
  { name, color }: Tag,
  camera: Camera,
  { width, height }: Size,
): void {
  const [wantedX, wantedY] = toScreen(camera, cursor.x, cursor.y);
  const x = Math.min(width - MARGIN, Math.max(MARGIN, wantedX));
  const y = Math.min(height - MARGIN, Math.max(MARGIN, wantedY));
  const isOutside = x !== wantedX || y !== wantedY;
  const { hex, mark } = colorOf(color);
  context.globalAlpha = cursor.rested > IDLE ? FADED : 1;
  context.fillStyle = hex;
  context.strokeStyle = "#ffffff";
  context.lineWidth = 1.5;
  context.beginPath();
  if (isOutside) context.arc(x, y, 6, 0, 2 * Math.PI);
  else {
    context.moveTo(x, y);
    context.lineTo(x + 4.5, y + 15);
    context.lineTo(x + 8, y + 9);
    context.lineTo(x + 14.5, y + 7);
    context.closePath();
  }
  context.fill();
  context.stroke();
  paintName(context, `${mark} ${name}`, x, y, width, height, hex);
  context.globalAlpha = 1;
}

function paintName(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  width: number,
  height: number,
  hex: string,
): void {
  context.font = `16px ${FONT}`;
  const length = context.measureText(text).width + 12;
  const left = Math.max(4, Math.min(x + 12, width - length - 4));
  const top = Math.max(4, Math.min(y + 16, height - 26));
  context.fillStyle = hex;
  context.beginPath();
  context.roundRect(left, top, length, 22, [9, 7, 10, 8]);
  context.fill();
  context.fillStyle = "#ffffff";
  context.fillText(text, left + 6, top + 16);
}

/** The frame around the selection, in CSS pixels, with a handle at each corner. */
export function paintSelection(context: CanvasRenderingContext2D, box: Box, camera: Camera, light: Light): void {
  const [left, top] = toScreen(camera, box.minX, box.minY);
  const [right, bottom] = toScreen(camera, box.maxX, box.maxY);
  context.strokeStyle = ACCENT[light];
  context.lineWidth = 1.5;
  context.setLineDash([6, 4]);
  context.strokeRect(left, top, right - left, bottom - top);
  context.setLineDash([]);
  context.fillStyle = PAPER[light];
  for (const x of [left, right])
    for (const y of [top, bottom]) {
      context.beginPath();
      context.rect(x - HANDLE, y - HANDLE, 2 * HANDLE, 2 * HANDLE);
      context.fill();
      context.stroke();
    }
}
