/** Samples that are kept for each channel: 5 s at 48 kHz. */
const LENGTH = 2 ** 18;
/** Samples on each side that a value between samples depends on. */
const REACH = 4;

/** The last seconds of sound, two channels. Time counts from its first sample, so that both channels have the same. */
export class Recording {
  readonly #channels = [new Float32Array(LENGTH), new Float32Array(LENGTH)] as const;
  #written = 0;

  constructor(
    /** Samples per second. */
    readonly rate: number,
  ) {}

  /** Seconds that have been recorded. */
  get now(): number {
    return this.#written / this.rate;
  }

  /** The longest time before now that valueAt() knows, s. */
  get span(): number {
    return (LENGTH - 2 * REACH) / this.rate;
  }

  /** Adds one block, of one or two channels; a single one is on both. */
  add(blocks: readonly Float32Array[]): void {
    const [left] = blocks;
    if (!left) return;
    for (const [channel, samples] of this.#channels.entries()) {
      const block = blocks[channel] ?? left;
      for (let at = 0; at < left.length; at++) samples[(this.#written + at) % LENGTH] = block[at] ?? 0;
    }
    this.#written += left.length;
  }

  /** The value of a channel, −1 to 1, interpolated by a windowed sinc; 0 outside of what is kept. */
  valueAt(channel: number, seconds: number): number {
    const samples = this.#channels[channel];
    const position = seconds * this.rate;
    const centre = Math.floor(position);
    if (!samples || centre < 0 || centre < this.#written - LENGTH + REACH || centre >= this.#written) return 0;
    const fraction = position - centre;
    if (fraction < 1e-6) return samples[centre % LENGTH] ?? 0;
    let [sum, weights] = [0, 0];
    for (let at = centre - REACH + 1; at <= centre + REACH; at++) {
      const distance = position - at;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / REACH);
      const weight = (Math.sin(Math.PI * distance) / (Math.PI * distance)) * window;
      sum += weight * (at >= 0 && at < this.#written ? (samples[at % LENGTH] ?? 0) : 0);
      weights += weight;
    }
    return sum / weights;
  }
}
