import type { Thing } from "../rules/drawing.ts";
import type { Shape } from "../rules/shapes.ts";
import { type Box, inkOf, LINE_HEIGHT, type Paint, type Part } from "./ink.ts";
import { FONT, type Light, noteColor, penColor } from "./palette.ts";

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Decoded images by hash; undefined until their bytes have arrived. */
export type Images = (hash: string) => CanvasImageSource | undefined;

const paths = new WeakMap<Part, Path2D>();
function pathOf(part: Extract<Part, { d: string }>): Path2D {
  const path = paths.get(part) ?? new Path2D(part.d);
  paths.set(part, path);
  return path;
}

export const colorOfPaint = (paint: Paint, light: Light): string =>
  "pen" in paint ? penColor(paint.pen, light) : noteColor(paint.note, light);

function paintPart(context: Context, part: Part, light: Light, images: Images): void {
  switch (part.part) {
    case "fill":
      context.globalAlpha *= part.opacity;
      context.fillStyle = colorOfPaint(part.paint, light);
      context.fill(pathOf(part));
      context.globalAlpha /= part.opacity;
      return;
    case "line":
      context.strokeStyle = colorOfPaint(part.paint, light);
      context.lineWidth = part.width;
      context.stroke(pathOf(part));
      return;
    case "text":
      context.fillStyle = colorOfPaint(part.paint, light);
      context.font = `${part.size}px ${FONT}`;
      for (const [at, line] of part.lines.entries())
        context.fillText(line, part.x, part.y + at * part.size * LINE_HEIGHT + part.size * 0.95);
      return;
    case "image":
      paintImage(context, part, light, images(part.hash));
  }
}

function paintImage(
  context: Context,
  { x, y, width, height }: Extract<Part, { part: "image" }>,
  light: Light,
  image: CanvasImageSource | undefined,
): void {
  if (image) {
    context.drawImage(image, x, y, width, height);
    return;
  }
  context.strokeStyle = penColor(10, light);
  context.lineWidth = 2;
  context.strokeRect(x, y, width, height);
}

/** Paints a shape at its place; the context shows units of the paper. */
export function paintThing(
  context: Context,
  { shape, place }: { readonly shape: Shape; readonly place: Thing["place"] },
  light: Light,
  images: Images,
): void {
  const { parts, box, tilt } = inkOf(shape);
  context.save();
  context.lineCap = "round";
  context.lineJoin = "round";
  context.translate(box.minX + place.x, box.minY + place.y);
  context.scale(place.scale, place.scale);
  context.translate(-box.minX, -box.minY);
  if (tilt !== 0) turn(context, box, tilt);
  for (const part of parts) paintPart(context, part, light, images);
  context.restore();
}

function turn(context: Context, { minX, minY, maxX, maxY }: Box, tilt: number): void {
  const [x, y] = [(minX + maxX) / 2, (minY + maxY) / 2];
  context.translate(x, y);
  context.rotate(tilt);
  context.translate(-x, -y);
}
