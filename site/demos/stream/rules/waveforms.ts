/** What the generator of the page can publish. */
export const WAVEFORMS = ["sine", "square", "triangle", "sawtooth", "pulse", "sweep", "noise", "walk"] as const;
export type Waveform = (typeof WAVEFORMS)[number];

export interface GeneratorSettings {
  readonly waveforms: readonly Waveform[];
  /** Hz. */
  readonly frequency: number;
  /** Rows per second. */
  readonly rate: number;
  /** Standard deviation of the noise that is added, as part of the amplitude. */
  readonly noise: number;
}

/** Rows per second that the generator offers. */
export const RATES = [10, 100, 500, 1_000, 2_500, 5_000, 10_000] as const;

/** Cycles of a sweep: its frequency rises from half of the setting to 4 times as much. */
const SWEEP = 10;

/** Normally distributed, with a standard deviation of 1 (Box-Muller). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The value of a waveform, from -1 to 1, after so many cycles. */
function shapeAt(waveform: Exclude<Waveform, "noise" | "walk">, cycles: number): number {
  const at = cycles - Math.floor(cycles);
  switch (waveform) {
    case "sine":
      return Math.sin(2 * Math.PI * at);
    case "square":
      return at < 0.5 ? 1 : -1;
    case "triangle":
      return at < 0.25 ? 4 * at : at < 0.75 ? 2 - 4 * at : 4 * at - 4;
    case "sawtooth":
      return 2 * at - 1;
    case "pulse":
      return at < 0.05 ? 1 : 0;
    case "sweep": {
      const part = (cycles / SWEEP) % 1;
      return Math.sin(2 * Math.PI * SWEEP * (0.5 * part + 1.75 * part * part));
    }
  }
}

/** Computes rows at a constant rate. */
export class Generator {
  #settings: GeneratorSettings;
  #next = Number.NaN;
  #walk = 0;
  readonly #random: () => number;

  constructor(settings: GeneratorSettings, random: () => number = Math.random) {
    this.#settings = settings;
    this.#random = random;
  }

  get settings(): GeneratorSettings {
    return this.#settings;
  }

  change(settings: GeneratorSettings): void {
    this.#settings = settings;
  }

  /** The rows that are due at that time, ms. After a pause of more than a second, the rest of it is left out. */
  advance(now: number, row: (time: number, values: Float64Array) => void): void {
    const { waveforms, rate } = this.#settings;
    const step = 1_000 / rate;
    if (!(this.#next > now - 1_000)) this.#next = now;
    const values = new Float64Array(waveforms.length);
    for (; this.#next <= now; this.#next += step) {
      for (const [at, waveform] of waveforms.entries()) values[at] = this.#valueOf(waveform, this.#next);
      row(this.#next, values);
    }
  }

  #valueOf(waveform: Waveform, time: number): number {
    const { frequency, rate, noise } = this.#settings;
    if (waveform === "noise") return normal(this.#random) / 3;
    if (waveform === "walk") {
      this.#walk = Math.max(-1, Math.min(1, this.#walk + normal(this.#random) * Math.sqrt(0.05 / rate)));
      return this.#walk;
    }
    const shape = shapeAt(waveform, (time / 1_000) * frequency);
    return noise > 0 ? shape + normal(this.#random) * noise : shape;
  }
}
