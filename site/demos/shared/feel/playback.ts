/** Plays what another member sends a little late, so that it moves smoothly although messages arrive irregularly. */
export interface Playback<T> {
  /** A value from the other member, with the time at which it was so, by the sender's clock in ms, and the time it arrived here. */
  push(value: T, sentAt: number, arrivedAt: number): void;
  /** The value to show now; undefined before the first. */
  sample(now: number): T | undefined;
  /** How late it is shown compared with the fastest message, ms. */
  readonly delay: number;
  clear(): void;
}

export interface PlaybackOptions<T> {
  /** The value between two others; `share` is 0 to 1. */
  readonly between: (from: T, to: T, share: number) => T;
  /** How often the sender sends while something changes, ms. */
  readonly interval: number;
  /** Bounds of the delay, ms. Default 60 and 250. */
  readonly least?: number;
  readonly most?: number;
}

interface Keyframe<T> {
  readonly time: number;
  readonly value: T;
}

const KEPT = 64;
const JITTER_SAMPLES = 60;
/** The delay grows or shrinks by at most 5% of the time that passes: faster would be seen. */
const SLEW = 0.05;
/** A difference that no network makes, ms. */
const RESTART = 5_000;

const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
};

/** How much later than the sender's clock says a value is shown: the difference of the two clocks, the way, and a reserve for jitter. */
class Lag {
  /** Arrival minus sending of the last messages. */
  readonly #offsets: number[] = [];
  #fastest = 0;
  #wanted = 0;
  #value: number | undefined;
  #changedAt: number | undefined;

  constructor(
    readonly interval: number,
    readonly least: number,
    readonly most: number,
  ) {}

  get value(): number {
    return this.#value ?? 0;
  }

  /** Later than the fastest message, ms. */
  get reserve(): number {
    return this.value - this.#fastest;
  }

  add(offset: number): void {
    this.#offsets.push(offset);
    if (this.#offsets.length > JITTER_SAMPLES) this.#offsets.shift();
    this.#fastest = Math.min(...this.#offsets);
    const jitter = percentile(this.#offsets, 0.95) - this.#fastest;
    this.#wanted = this.#fastest + Math.min(this.most, Math.max(this.least, 2 * this.interval + jitter));
    // The first one, or the sender's clock has started again.
    if (this.#value === undefined || Math.abs(this.#wanted - this.#value) > RESTART) this.#value = this.#wanted;
  }

  slew(now: number): void {
    const passed = this.#changedAt === undefined ? 0 : Math.min(1000, Math.max(0, now - this.#changedAt));
    this.#changedAt = now;
    const step = passed * SLEW;
    this.#value = this.value + Math.max(-step, Math.min(step, this.#wanted - this.value));
  }
}

/** Two update intervals plus the jitter of the network, between `least` and `most`, approached slowly. */
export function createPlayback<T>({ between, interval, least = 60, most = 250 }: PlaybackOptions<T>): Playback<T> {
  let frames: Keyframe<T>[] = [];
  let lag = new Lag(interval, least, most);
  return {
    push(value, sentAt, arrivedAt) {
      const last = frames.at(-1);
      if (last && sentAt <= last.time) return;
      lag.add(arrivedAt - sentAt);
      // Nothing is sent while nothing changes. Without this, a move after a rest would seem to have begun with the rest.
      if (last && sentAt - last.time > 2 * interval) frames.push({ time: sentAt - interval, value: last.value });
      frames.push({ time: sentAt, value });
      if (frames.length > KEPT) frames = frames.slice(-KEPT);
    },
    sample(now) {
      const [first] = frames;
      if (!first) return undefined;
      lag.slew(now);
      const time = now - lag.value;
      const at = frames.findLastIndex((frame) => frame.time <= time);
      const from = frames[at] ?? first;
      const to = frames[at + 1];
      if (at < 0 || !to) return from.value;
      return between(from.value, to.value, (time - from.time) / (to.time - from.time));
    },
    get delay() {
      return lag.reserve;
    },
    clear() {
      frames = [];
      lag = new Lag(interval, least, most);
    },
  };
}
