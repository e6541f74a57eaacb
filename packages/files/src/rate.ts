/** How long the speed looks back, ms. */
const WINDOW = 4_000;

/** Speed and time left of a transfer. */
export class Rate {
  readonly #now: () => number;
  #samples: { readonly at: number; readonly bytes: number }[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** `bytes` is the number of bytes so far. */
  add(bytes: number): void {
    const at = this.#now();
    const last = this.#samples.at(-1);
    // Ten samples per second are enough.
    if (last && at - last.at < 100 && this.#samples.length > 1) this.#samples[this.#samples.length - 1] = { at, bytes };
    else this.#samples.push({ at, bytes });
    while ((this.#samples[0]?.at ?? at) < at - WINDOW && this.#samples.length > 2) this.#samples.shift();
  }

  /** After a pause, what was before does not count. */
  restart(): void {
    this.#samples = [];
  }

  /** Bytes per second; 0 before it is known. */
  get perSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at === first.at) return 0;
    // A transfer that stalls gets slower in the display.
    const until = Math.max(last.at, Math.min(this.#now(), last.at + WINDOW));
    return Math.max(0, ((last.bytes - first.bytes) * 1_000) / (until - first.at));
  }

  /** Seconds; undefined before the speed is known. */
  secondsLeft(bytes: number): number | undefined {
    const speed = this.perSecond;
    return speed > 0 ? bytes / speed : undefined;
  }
}
