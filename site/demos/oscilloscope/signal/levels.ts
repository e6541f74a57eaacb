/** Samples of one channel in volts. */
export type Samples = Float64Array;

export interface Levels {
  readonly top: number;
  readonly base: number;
}

const BINS = 100;
/** How many times the samples of an average bin the fullest bin has: of a level with a flat part, and of a rounded top. */
const FLAT = 8;
const COMMON = 3;
/** Bins of a rounded top: 3 % of the height. */
const CAP = 3;
/** Part of the samples of these bins that are in a single one if the top is flat after all. */
const SHARP = 0.8;

export function extremesOf(samples: Samples): { readonly least: number; readonly most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of samples) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** Heights from one end, in 100 bins from there. */
class Histogram {
  readonly #counts = new Uint32Array(BINS);
  readonly #sums = new Float64Array(BINS);

  constructor(
    samples: Samples,
    private readonly end: number,
    private readonly height: number,
  ) {
    for (const value of samples) {
      const bin = Math.min(BINS - 1, Math.floor((Math.abs(value - end) / Math.abs(height)) * BINS));
      this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
      this.#sums[bin] = (this.#sums[bin] ?? 0) + value;
    }
  }

  /** The level at its end (IEEE 181): the most common value of the outer quarter, or the end itself if none is common. */
  level(total: number): number {
    // Only the outer quarter, so that a pulse with a rest level in the middle keeps its top.
    let best = 0;
    for (let bin = 0; bin < BINS / 4; bin++) if (this.#count(bin) > this.#count(best)) best = bin;
    const times = (this.#count(best) * BINS) / total;
    if (times <= COMMON) return this.end;
    return times <= FLAT && best < CAP ? this.#cap(best) : this.#flat(best);
  }

  #count(bin: number): number {
    return this.#counts[bin] ?? 0;
  }

  #mean(from: number, to: number): number {
    let [sum, count] = [0, 0];
    for (let bin = from; bin <= to; bin++) {
      sum += this.#sums[bin] ?? 0;
      count += this.#count(bin);
    }
    return sum / count;
  }

  /** With the neighbours that are nearly as full: noise spreads a level over several bins, and which is the fullest is chance. */
  #flat(best: number): number {
    const isFull = (bin: number) => bin >= 0 && bin < BINS && 2 * this.#count(bin) >= this.#count(best);
    let [from, to] = [best, best];
    while (isFull(from - 1)) from--;
    while (isFull(to + 1)) to++;
    return this.#mean(from, to);
  }

  /** The top of a sine is a parabola, whose mean above a height is two thirds of the way up. Noise does not move the mean. */
  #cap(best: number): number {
    const total = this.#count(0) + this.#count(1) + this.#count(2);
    if (this.#count(best) > SHARP * total) return this.#mean(best, best);
    const edge = this.end + (this.height * CAP) / BINS;
    return edge + 1.5 * (this.#mean(0, CAP - 1) - edge);
  }
}

/** Top and base of a signal. */
export function levelsOf(samples: Samples): Levels {
  const { least, most } = extremesOf(samples);
  if (!(most > least)) return { top: most, base: least };
  return {
    top: new Histogram(samples, most, least - most).level(samples.length),
    base: new Histogram(samples, least, most - least).level(samples.length),
  };
}
