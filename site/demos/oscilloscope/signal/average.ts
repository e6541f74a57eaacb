import type { Waveform } from "../net/waveform.ts";
import type { Samples } from "./levels.ts";

/** Samples shifted by a part of a sample, 0 to 1, to the left. */
function shifted(samples: Samples, part: number): Samples {
  if (part === 0) return samples;
  const last = samples.length - 1;
  return Float64Array.from(samples, (value, at) => value + part * ((samples[Math.min(last, at + 1)] ?? value) - value));
}

/**
 * The mean of the last waveforms, which takes noise away and leaves what is the same after every trigger. The first `count` have equal weights,
 * then older ones fade. Waveforms without a trigger say nothing about the mean and pass unchanged; other samples begin a new mean.
 */
export class RunningMean {
  #mean: Waveform | undefined;
  #taken = 0;

  /** How many waveforms the mean has. */
  get taken(): number {
    return this.#taken;
  }

  reset(): void {
    this.#mean = undefined;
    this.#taken = 0;
  }

  add(waveform: Waveform, count: number): Waveform {
    if (count <= 1 || waveform.state === "auto") {
      this.reset();
      return waveform;
    }
    const before = Math.floor(waveform.trigger);
    // Triggers lie between samples. Unless all waveforms are moved to the same place, the mean of an edge is a slope.
    const channels = waveform.channels.map((samples) => shifted(samples, waveform.trigger - before));
    const mean = this.#mean;
    if (!mean || !fits(mean, waveform, before)) {
      this.#mean = { ...waveform, trigger: before, channels };
      this.#taken = 1;
      return this.#mean;
    }
    this.#taken = Math.min(count, this.#taken + 1);
    const weight = 1 / this.#taken;
    const next = mean.channels.map((old, channel) =>
      old.map((value, at) => value + weight * ((channels[channel]?.[at] ?? value) - value)),
    );
    this.#mean = { ...waveform, trigger: before, channels: next };
    return this.#mean;
  }
}

/** Whether the samples of both are of the same moments and ranges. */
const fits = (mean: Waveform, { dt, channels }: Waveform, trigger: number): boolean =>
  mean.dt === dt &&
  mean.trigger === trigger &&
  mean.channels.length === channels.length &&
  mean.channels[0]?.length === channels[0]?.length;
