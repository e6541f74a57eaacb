import type { Thing } from "../rules/drawing.ts";
import { unpackPoints } from "../rules/points.ts";
import { isFigure, isStroke, NOTE_SIDE, type Shape, TEXT_SIZES } from "../rules/shapes.ts";
import { figureLines } from "./figures.ts";
import { textWidth, wrapped } from "./lettering.ts";
import { highlighterOutline, penOutline } from "./outline.ts";

export interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** A colour by number: of the pens, or of the notes. */
export type Paint = { readonly pen: number } | { readonly note: number };

/** What a shape consists of. The canvas and the SVG export draw the same parts. */
export type Part =
  | { readonly part: "fill"; readonly d: string; readonly paint: Paint; readonly opacity: number }
  | { readonly part: "line"; readonly d: string; readonly paint: Paint; readonly width: number }
  | {
      readonly part: "text";
      readonly lines: readonly string[];
      readonly x: number;
      readonly y: number;
      readonly size: number;
      readonly paint: Paint;
    }
  | {
      readonly part: "image";
      readonly hash: string;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    };

export interface Ink {
  readonly parts: readonly Part[];
  readonly box: Box;
  /** Turned about the middle of its box, radians. */
  readonly tilt: number;
}

export const LINE_HEIGHT = 1.25;
export const NOTE_TEXT = 22;
const NOTE_MARGIN = 14;
const HIGHLIGHT = 0.38;

const boxAround = (points: readonly (readonly [number, number, ...number[]])[], margin: number): Box => {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    if (x < minX) minX = x;
    if (y < minY) minY = y;
    if (x > maxX) maxX = x;
    if (y > maxY) maxY = y;
  }
  return { minX: minX - margin, minY: minY - margin, maxX: maxX + margin, maxY: maxY + margin };
};

function strokeInk(shape: Extract<Shape, { points: string }>): Ink {
  const points = unpackPoints(shape.points) ?? [];
  const isPen = shape.kind === "pen";
  const d = (isPen ? penOutline : highlighterOutline)(points, shape.width);
  const parts: Part[] = [{ part: "fill", d, paint: { pen: shape.color }, opacity: isPen ? 1 : HIGHLIGHT }];
  return { parts, box: boxAround(points, shape.width), tilt: 0 };
}

function textInk(shape: Extract<Shape, { kind: "text" }>): Ink {
  const size = TEXT_SIZES[shape.size];
  const lines = shape.text.split("\n");
  const width = Math.max(size / 2, ...lines.map((line) => textWidth(line, size)));
  const box = {
    minX: shape.x,
    minY: shape.y,
    maxX: shape.x + width,
    maxY: shape.y + lines.length * size * LINE_HEIGHT,
  };
  return { parts: [{ part: "text", lines, x: shape.x, y: shape.y, size, paint: { pen: shape.color } }], box, tilt: 0 };
}

/** Up to 2°, the same on all peers. */
const tiltOf = (x: number, y: number): number => ((((Math.round(x * 3 + y * 5) % 9) + 9) % 9) - 4) * 0.0087;

function noteInk({ x, y, color, text }: Extract<Shape, { kind: "note" }>): Ink {
  const [right, bottom] = [x + NOTE_SIDE, y + NOTE_SIDE];
  const sheet =
    `M${x + 3} ${y}L${right - 2} ${y + 1}Q${right} ${y + 1} ${right} ${y + 4}L${right - 1} ${bottom - 14}` +
    `Q${right - 3} ${bottom - 3} ${right - 16} ${bottom - 1}L${x + 4} ${bottom}Q${x} ${bottom} ${x} ${bottom - 4}L${x} ${y + 3}Q${x} ${y} ${x + 3} ${y}Z`;
  const fold = `M${right - 16} ${bottom - 1}Q${right - 12} ${bottom - 8} ${right - 1} ${bottom - 14}`;
  const lines = wrapped(text, NOTE_TEXT, NOTE_SIDE - NOTE_MARGIN * 2);
  return {
    parts: [
      { part: "fill", d: sheet, paint: { note: color }, opacity: 1 },
      { part: "line", d: sheet, paint: { pen: 10 }, width: 0.6 },
      { part: "line", d: fold, paint: { pen: 10 }, width: 1 },
      { part: "text", lines, x: x + NOTE_MARGIN, y: y + NOTE_MARGIN - 2, size: NOTE_TEXT, paint: { pen: 0 } },
    ],
    box: { minX: x - 4, minY: y - 4, maxX: right + 4, maxY: bottom + 4 },
    tilt: tiltOf(x, y),
  };
}

function make(shape: Shape): Ink {
  if (isStroke(shape)) return strokeInk(shape);
  if (isFigure(shape)) {
    const { x1, y1, x2, y2, width, color } = shape;
    const ends = [[x1, y1] as const, [x2, y2] as const];
    const box = boxAround(ends, width * 3 + 12 + Math.hypot(x2 - x1, y2 - y1) * 0.015);
    return { parts: [{ part: "line", d: figureLines(shape), paint: { pen: color }, width }], box, tilt: 0 };
  }
  if (shape.kind === "text") return textInk(shape);
  if (shape.kind === "note") return noteInk(shape);
  const { x, y, width, height, hash } = shape;
  const box = { minX: x, minY: y, maxX: x + width, maxY: y + height };
  return { parts: [{ part: "image", hash, x, y, width, height }], box, tilt: 0 };
}

const inks = new WeakMap<Shape, Ink>();

/** The parts of a shape, computed once. */
export function inkOf(shape: Shape): Ink {
  const ink = inks.get(shape) ?? make(shape);
  inks.set(shape, ink);
  return ink;
}

/** Where an object is on the paper now. */
export function boxOf({ shape, place: { x, y, scale } }: Pick<Thing, "shape" | "place">): Box {
  const { box } = inkOf(shape);
  return {
    minX: box.minX + x,
    minY: box.minY + y,
    maxX: box.minX + x + (box.maxX - box.minX) * scale,
    maxY: box.minY + y + (box.maxY - box.minY) * scale,
  };
}

export const overlap = (a: Box, b: Box): boolean =>
  a.minX <= b.maxX && a.maxX >= b.minX && a.minY <= b.maxY && a.maxY >= b.minY;

export const union = (boxes: readonly Box[]): Box | undefined =>
  boxes.length === 0
    ? undefined
    : {
        minX: Math.min(...boxes.map(({ minX }) => minX)),
        minY: Math.min(...boxes.map(({ minY }) => minY)),
        maxX: Math.max(...boxes.map(({ maxX }) => maxX)),
        maxY: Math.max(...boxes.map(({ maxY }) => maxY)),
      };
