export type Easing = (share: number) => number;

export const linear: Easing = (t) => t;
export const easeOutCubic: Easing = (t) => 1 - (1 - t) ** 3;
export const easeInOutCubic: Easing = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);
/** Goes beyond its end by a tenth and returns. */
export const easeOutBack: Easing = (t) => 1 + 2.70158 * (t - 1) ** 3 + 1.70158 * (t - 1) ** 2;

/** A number that moves to a new value within a time. */
export class Tween {
  #from: number;
  #to: number;
  #passed = 0;
  #duration = 0;
  #easing: Easing = easeOutCubic;

  constructor(value: number) {
    this.#from = value;
    this.#to = value;
  }

  get value(): number {
    if (this.#passed >= this.#duration) return this.#to;
    return this.#from + (this.#to - this.#from) * this.#easing(this.#passed / this.#duration);
  }

  get isMoving(): boolean {
    return this.#passed < this.#duration;
  }

  /** From where it is now, within `duration` ms. */
  to(value: number, duration: number, easing: Easing = easeOutCubic): void {
    this.#from = this.value;
    this.#to = value;
    this.#passed = 0;
    this.#duration = duration;
    this.#easing = easing;
  }

  set(value: number): void {
    this.to(value, 0);
  }

  /** Jumps to `from` and moves to `to`: a flash, or a squash that recovers. */
  pulse(from: number, to: number, duration: number, easing: Easing = easeOutCubic): void {
    this.set(from);
    this.to(to, duration, easing);
  }

  advance(elapsed: number): void {
    this.#passed = Math.min(this.#duration, this.#passed + elapsed);
  }
}
