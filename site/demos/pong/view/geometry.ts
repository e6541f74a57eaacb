import { COURT, type Side } from "../rules/court.ts";

/** How the court lies on the screen: your own side is on the left, or at the bottom of a screen that is higher than wide. */
export interface Placement {
  /** Pixels of the canvas per unit of the court. */
  readonly scale: number;
  readonly isUpright: boolean;
  /** For CanvasRenderingContext2D.setTransform(). */
  readonly matrix: readonly [number, number, number, number, number, number];
}

/** Space around the court, in units: names and goals are there. */
export const MARGIN = 11;

export function place(width: number, height: number, side: Side | undefined): Placement {
  const isUpright = height > width;
  const [long, across] = [COURT.width + 2 * MARGIN, COURT.height + 2 * MARGIN];
  const scale = isUpright ? Math.min(width / across, height / long) : Math.min(width / long, height / across);
  const isMirrored = side === 1;
  const [w, h] = [COURT.width * scale, COURT.height * scale];
  if (!isUpright) {
    const [left, top] = [(width - w) / 2, (height - h) / 2];
    return {
      scale,
      isUpright,
      matrix: isMirrored ? [-scale, 0, 0, scale, left + w, top] : [scale, 0, 0, scale, left, top],
    };
  }
  const [left, top] = [(width - h) / 2, (height - w) / 2];
  return {
    scale,
    isUpright,
    matrix: isMirrored ? [0, scale, scale, 0, left, top] : [0, -scale, scale, 0, left, top + w],
  };
}

/** Where a point of the court is on the canvas, in pixels. */
export const toCanvas = (
  { matrix: [a, b, c, d, e, f] }: Placement,
  x: number,
  y: number,
): readonly [number, number] => [a * x + c * y + e, b * x + d * y + f];

/** The position along the baseline of a point on the canvas, given as shares of its width and height: where a pointer wants its paddle. */
export function alongBaseline(placement: Placement, width: number, height: number, x: number, y: number): number {
  const { matrix, scale, isUpright } = placement;
  return isUpright ? (x * width - matrix[4]) / scale : (y * height - matrix[5]) / scale;
}
