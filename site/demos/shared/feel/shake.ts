/** Shakes the picture after a blow. Off where the visitor asks for reduced motion. */
export interface Shake {
  /** Up to `pixels` at first, ebbing away within `duration` ms. A weaker blow does not interrupt a stronger one. */
  hit(pixels: number, duration?: number): void;
  advance(elapsed: number): void;
  readonly x: number;
  readonly y: number;
}

export const prefersReducedMotion = (): boolean =>
  typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;

export function createShake(isCalm: () => boolean = prefersReducedMotion): Shake {
  let [strength, length, left, phase] = [0, 1, 0, 0];
  const now = () => (left > 0 ? strength * (left / length) ** 2 : 0);
  return {
    hit(pixels, duration = 150) {
      if (isCalm() || pixels < now()) return;
      [strength, length, left] = [pixels, duration, duration];
    },
    advance(elapsed) {
      left = Math.max(0, left - elapsed);
      phase += elapsed;
    },
    // Two unrelated frequencies look like chance, and are the same on every machine.
    get x() {
      return now() * Math.sin(phase * 0.113);
    },
    get y() {
      return now() * Math.sin(phase * 0.157 + 1);
    },
  };
}
