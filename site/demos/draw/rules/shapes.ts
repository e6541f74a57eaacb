import * as v from "valibot";
import { EDGE, MAX_PACKED, unpackPoints } from "./points.ts";

/** Colours are numbers: what they look like depends on the paper (view/palette.ts), and a peer cannot send style. */
export const COLORS = 12;
export const NOTE_COLORS = 5;
export const TEXT_SIZES = [20, 28, 44] as const;
export const MAX_TEXT = 500;
export const MAX_NOTE = 280;
/** Side of a sticky note. */
export const NOTE_SIDE = 180;
/** Bytes of an image at most, after it was scaled down. */
export const MAX_IMAGE = 400 * 1024;

export const coordinate = v.pipe(v.number(), v.finite(), v.minValue(-EDGE), v.maxValue(EDGE));
const length = v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(10_000));
export const color = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(COLORS - 1));
const noteColor = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(NOTE_COLORS - 1));
export const penWidth = v.pipe(v.number(), v.finite(), v.minValue(0.25), v.maxValue(200));
export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
export const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const points = v.pipe(
  v.string(),
  v.minLength(3),
  v.maxLength(MAX_PACKED),
  v.check((packed) => unpackPoints(packed) !== undefined, "points that cannot be read"),
);

const pen = { color, width: penWidth };
const box = { x: coordinate, y: coordinate };
const corners = { x1: coordinate, y1: coordinate, x2: coordinate, y2: coordinate };

/** What can be on the paper, as its author made it. Positions and texts change by edits. */
export const shape = v.variant("kind", [
  v.strictObject({ kind: v.literal("pen"), ...pen, points }),
  v.strictObject({ kind: v.literal("highlighter"), ...pen, points }),
  v.strictObject({ kind: v.literal("rectangle"), ...pen, ...corners }),
  v.strictObject({ kind: v.literal("ellipse"), ...pen, ...corners }),
  v.strictObject({ kind: v.literal("line"), ...pen, ...corners }),
  v.strictObject({ kind: v.literal("arrow"), ...pen, ...corners }),
  v.strictObject({ kind: v.literal("text"), ...box, color, size: v.picklist([0, 1, 2]), text }),
  v.strictObject({
    kind: v.literal("note"),
    ...box,
    color: noteColor,
    text: v.pipe(v.string(), v.maxLength(MAX_NOTE)),
  }),
  v.strictObject({ kind: v.literal("image"), ...box, width: length, height: length, hash }),
]);

export type Shape = v.InferOutput<typeof shape>;
export type Kind = Shape["kind"];
export type Stroke = Extract<Shape, { points: string }>;
export type Figure = Extract<Shape, { x1: number }>;

export const isStroke = (one: Shape): one is Stroke => one.kind === "pen" || one.kind === "highlighter";
export const isFigure = (one: Shape): one is Figure => "x1" in one;
