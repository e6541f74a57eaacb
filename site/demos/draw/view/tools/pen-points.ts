import simplify from "simplify-js";
import { EDGE, MAX_POINTS, type Point } from "../../rules/points.ts";

/** How far each point follows the pointer, and each pressure the hand. Less is smoother, and later. */
const FOLLOW = 0.5;
const PRESS = 0.3;
/** CSS pixels between two points at which a mouse is drawn with the least pressure. */
const FAST = 24;

const clamp = (value: number): number => Math.min(EDGE, Math.max(-EDGE, value));

/**
 * Collects the points of one stroke. It smooths them as they are drawn, and gives a mouse a pressure: firm when slow, light when fast. What
 * is drawn at once is then the same as what stays.
 */
export class PenPoints {
  readonly points: Point[] = [];
  readonly #zoom: number;
  readonly #hasPressure: boolean;
  #aim: readonly [number, number] = [0, 0];

  constructor(zoom: number, hasPressure: boolean) {
    this.#zoom = zoom;
    this.#hasPressure = hasPressure;
  }

  get isFull(): boolean {
    return this.points.length >= MAX_POINTS - 1;
  }

  add(x: number, y: number, pressure: number): void {
    if (this.isFull) return;
    this.#aim = [clamp(x), clamp(y)];
    const last = this.points.at(-1);
    if (!last) {
      this.points.push([clamp(x), clamp(y), this.#hasPressure ? pressure : 0.5]);
      return;
    }
    const distance = Math.hypot(x - last[0], y - last[1]) * this.#zoom;
    if (distance < 0.8) return;
    const press = this.#hasPressure ? pressure : 1 - 0.75 * Math.min(1, distance / FAST);
    this.points.push([
      last[0] + (clamp(x) - last[0]) * FOLLOW,
      last[1] + (clamp(y) - last[1]) * FOLLOW,
      last[2] + (press - last[2]) * PRESS,
    ]);
  }

  /** All points, the last one where the pointer was lifted; those that nobody would miss are left out. */
  finished(): Point[] {
    const last = this.points.at(-1);
    if (last && (last[0] !== this.#aim[0] || last[1] !== this.#aim[1]))
      this.points.push([this.#aim[0], this.#aim[1], last[2]]);
    const all = this.points.map(([x, y, pressure]) => ({ x, y, pressure }));
    return simplify(all, 0.15 / this.#zoom, true).map(({ x, y, ...rest }) => [x, y, pressureOf(rest)]);
  }
}

/** simplify-js returns the objects it was given, and its types know only their coordinates. */
const pressureOf = (rest: { pressure?: number }): number => rest.pressure ?? 0.5;
