/**
 * Hides a correction: the thing is drawn where it was, and moves to where it belongs within a few frames. Large errors shrink faster than
 * small ones.
 */
export interface SmoothError {
  /** The true position jumped by so much. */
  jump(dx: number, dy: number): void;
  /** To add to the true position of this frame. `elapsed` in ms. */
  readonly x: number;
  readonly y: number;
  decay(elapsed: number): void;
}

const FRAME = 1000 / 60;

/** `large` is the distance from which an error counts as large; one beyond `snap` is not hidden at all. */
export function createSmoothError(large: number, snap: number): SmoothError {
  let [x, y] = [0, 0];
  return {
    jump(dx, dy) {
      x -= dx;
      y -= dy;
      if (Math.hypot(x, y) > snap) [x, y] = [0, 0];
    },
    get x() {
      return x;
    },
    get y() {
      return y;
    },
    decay(elapsed) {
      const factor = (Math.hypot(x, y) > large ? 0.85 : 0.95) ** (elapsed / FRAME);
      x *= factor;
      y *= factor;
    },
  };
}
