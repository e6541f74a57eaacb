import { getStroke } from "perfect-freehand";
import type { Point } from "../rules/points.ts";

const fixed = (value: number): string => value.toFixed(2);

/** A closed curve through the middles of the outline's edges, as the `d` of an SVG path. */
function curve(outline: readonly (readonly number[])[]): string {
  const [first] = outline;
  if (!first) return "";
  const parts = [`M${fixed(first[0] ?? 0)} ${fixed(first[1] ?? 0)}`];
  for (const [at, [x = 0, y = 0]] of outline.entries()) {
    const [nextX = 0, nextY = 0] = outline[(at + 1) % outline.length] ?? [];
    parts.push(`Q${fixed(x)} ${fixed(y)} ${fixed((x + nextX) / 2)} ${fixed((y + nextY) / 2)}`);
  }
  return `${parts.join("")}Z`;
}

/**
 * The outline of a stroke. Positions and pressures were smoothed when they were drawn (tools/pen-points.ts), so the same points look
 * the same while they are drawn, when they have been simplified, and at everybody else.
 */
export function penOutline(points: readonly Point[], width: number): string {
  const options = { size: width, thinning: 0.5, smoothing: 0.62, streamline: 0, simulatePressure: false, last: true };
  return curve(
    getStroke(
      points.map(([x, y, pressure]) => ({ x, y, pressure })),
      options,
    ),
  );
}

/** A flat pen: one width, whatever the pressure. */
export function highlighterOutline(points: readonly Point[], width: number): string {
  const options = { size: width, thinning: 0, smoothing: 0.7, streamline: 0, simulatePressure: false, last: true };
  return curve(
    getStroke(
      points.map(([x, y, pressure]) => ({ x, y, pressure })),
      options,
    ),
  );
}
