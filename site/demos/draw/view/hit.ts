import type { Thing } from "../rules/drawing.ts";
import { unpackPoints } from "../rules/points.ts";
import { isFigure, isStroke } from "../rules/shapes.ts";
import { boxOf, inkOf } from "./ink.ts";

type Place = readonly [number, number];

/** Distance of a point from a line between two others. */
export function distanceTo([x, y]: Place, [x1, y1]: Place, [x2, y2]: Place): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / square));
  return Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
}

/** Lines that make up the visible part of an object, in its own coordinates; undefined if all of its box is visible. */
function linesOf({ shape }: Thing): readonly (readonly [Place, Place])[] | undefined {
  if (isStroke(shape)) {
    const points = unpackPoints(shape.points) ?? [];
    return points.map(([x, y], at) => {
      const [lastX, lastY] = points[Math.max(0, at - 1)] ?? [x, y];
      return [
        [lastX, lastY],
        [x, y],
      ];
    });
  }
  if (!isFigure(shape)) return undefined;
  const { kind, x1, y1, x2, y2 } = shape;
  if (kind === "rectangle") {
    const corners: readonly Place[] = [
      [x1, y1],
      [x2, y1],
      [x2, y2],
      [x1, y2],
      [x1, y1],
    ];
    return corners.slice(1).map((corner, at) => [corners[at] ?? corner, corner]);
  }
  if (kind !== "ellipse")
    return [
      [
        [x1, y1],
        [x2, y2],
      ],
    ];
  const around = Array.from({ length: 25 }, (_, at): Place => {
    const angle = (at / 24) * 2 * Math.PI;
    return [(x1 + x2) / 2 + (Math.cos(angle) * (x2 - x1)) / 2, (y1 + y2) / 2 + (Math.sin(angle) * (y2 - y1)) / 2];
  });
  return around.slice(1).map((point, at) => [around[at] ?? point, point]);
}

/** Whether the object is within that distance of the point. */
export function touches(thing: Thing, x: number, y: number, reach: number): boolean {
  const box = boxOf(thing);
  if (x < box.minX - reach || x > box.maxX + reach || y < box.minY - reach || y > box.maxY + reach) return false;
  const lines = linesOf(thing);
  if (!lines) return true;
  const { place, shape } = thing;
  const home = inkOf(shape).box;
  const own: Place = [
    (x - home.minX - place.x) / place.scale + home.minX,
    (y - home.minY - place.y) / place.scale + home.minY,
  ];
  const width = "width" in shape && !("height" in shape) ? shape.width / 2 : 0;
  return lines.some(([from, to]) => distanceTo(own, from, to) <= reach / place.scale + width);
}
