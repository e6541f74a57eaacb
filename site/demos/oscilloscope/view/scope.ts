import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Intake } from "../net/intake.ts";
import type { Source } from "../net/source.ts";
import type { Waveform } from "../net/waveform.ts";
import { RunningMean } from "../signal/average.ts";
import type { Samples } from "../signal/levels.ts";
import { combine } from "../signal/mathematics.ts";
import { type Measurements, measure } from "../signal/measure.ts";
import { type Peak, peakOf, type Spectrum, spectrumOf } from "../signal/spectrum.ts";
import { INITIAL, type ViewOptions } from "./options.ts";
import { type Axes, axesOf } from "./screen/plot.ts";

export type TriggerState = "STOP" | "WAIT" | "T'D" | "AUTO" | "OFFLINE";

/** Digits change at most four times a second, to be readable. */
const MEASURE_EVERY = 250;
/** ms beyond one capture, after which nothing new means that there is no trigger. */
const WAIT_AFTER = 300;

/** A trace that was kept to compare others with it. */
export interface Reference {
  readonly label: string;
  readonly samples: Samples;
  readonly dt: number;
  readonly trigger: number;
  /** The channel whose scale it has, or 2 for mathematics. */
  readonly channel: number;
}

/** What is on the screen at the moment. */
export interface Picture {
  /** With averages. */
  readonly waveform: Waveform;
  readonly math: Samples | undefined;
  readonly spectrum: Spectrum | undefined;
}

export interface Readout {
  readonly channels: readonly (Measurements | undefined)[];
  readonly math: Measurements | undefined;
  readonly peak: Peak | undefined;
  readonly state: TriggerState;
  /** Waveforms in the mean. */
  readonly averaged: number;
  /** Waveforms drawn per second. */
  readonly rate: number;
}

const NOTHING: Readout = {
  ...{ channels: [undefined, undefined], math: undefined, peak: undefined },
  ...{ state: "OFFLINE", averaged: 0, rate: 0 },
};

/** One person's view of one source. It has no canvas and no clock of its own: its owner says when a picture is due. */
export class Scope {
  readonly options: Signal<ViewOptions> = signal(INITIAL);
  readonly references: Signal<readonly (Reference | undefined)[]> = signal([undefined, undefined]);
  readonly intake = new Intake();
  readonly #readout = signal(NOTHING);
  readonly #mean = new RunningMean();
  readonly #off: () => void;
  #picture: Picture | undefined;
  #arrived = Number.NEGATIVE_INFINITY;
  #measured = Number.NEGATIVE_INFINITY;
  readonly #history: { readonly at: number; readonly taken: number }[] = [];

  constructor(readonly source: Source) {
    this.#off = source.listen(this.intake);
  }

  get readout(): ReadonlySignal<Readout> {
    return this.#readout;
  }

  get picture(): Picture | undefined {
    return this.#picture;
  }

  axes(): Axes {
    return axesOf(this.source.settings.peek(), this.#picture?.waveform);
  }

  change(options: Partial<ViewOptions>): void {
    this.options.value = { ...this.options.peek(), ...options };
  }

  /** Takes what has arrived; `now` in ms. Returns the new waveforms as they were captured, without averages. */
  advance(now: number): readonly Waveform[] {
    const fresh = this.intake.take();
    const { averages } = this.options.peek();
    let newest: Waveform | undefined;
    for (const waveform of fresh) newest = this.#mean.add(waveform, averages);
    if (newest) {
      this.#arrived = now;
      this.#show(newest);
    }
    if (now - this.#measured >= MEASURE_EVERY) this.#measure(now);
    return fresh;
  }

  /** Computes again what depends on the options, such as mathematics of a stopped waveform. */
  refresh(): void {
    if (this.#picture) this.#show(this.#picture.waveform);
    this.#measured = Number.NEGATIVE_INFINITY;
  }

  #show(waveform: Waveform): void {
    const { math, fft } = this.options.peek();
    const [one, other] = waveform.channels;
    const samples = fft.source === 1 ? other : one;
    const isSpectrum = math.operation === "fft" && samples !== undefined;
    this.#picture = {
      waveform,
      math: combine(math.operation, one, other),
      spectrum: isSpectrum ? spectrumOf(samples, waveform.dt, fft.window) : undefined,
    };
  }

  #measure(now: number): void {
    this.#measured = now;
    const { channels } = this.options.peek();
    const picture = this.#picture;
    const dt = picture?.waveform.dt ?? 1;
    const rate = this.#rate(now);
    this.#readout.value = {
      channels: channels.map((isShown, at) => {
        const samples = picture?.waveform.channels[at];
        return isShown && samples ? measure(samples, dt) : undefined;
      }),
      math: picture?.math ? measure(picture.math, dt) : undefined,
      peak: picture?.spectrum ? peakOf(picture.spectrum) : undefined,
      state: this.#state(now),
      averaged: this.#mean.taken,
      rate,
    };
  }

  /** Waveforms per second, over the last second. */
  #rate(now: number): number {
    this.#history.push({ at: now, taken: this.intake.counts.taken });
    const [first, second] = this.#history;
    if (first && second && now - second.at >= 1_000) this.#history.shift();
    const [oldest] = this.#history;
    if (!oldest || now === oldest.at) return 0;
    return ((this.intake.counts.taken - oldest.taken) * 1_000) / (now - oldest.at);
  }

  #state(now: number): TriggerState {
    if (!this.source.isOnline.peek()) return "OFFLINE";
    if (this.source.settings.peek().run === false) return "STOP";
    const waveform = this.#picture?.waveform;
    const length = (waveform?.channels[0]?.length ?? 0) * (waveform?.dt ?? 0) * 1_000;
    if (!waveform || now - this.#arrived > length + WAIT_AFTER) return "WAIT";
    return waveform.state === "auto" ? "AUTO" : "T'D";
  }

  /** Keeps a trace of the picture: 0 and 1 are the channels, 2 is mathematics. */
  keepReference(place: number, channel: number): void {
    const { waveform, math } = this.#picture ?? {};
    const samples = channel === 2 ? math : waveform?.channels[channel];
    if (!waveform || !samples) return;
    const label = channel === 2 ? "Math" : `CH${channel + 1}`;
    const { dt, trigger } = waveform;
    this.#setReference(place, { label, samples: samples.slice(), dt, trigger, channel });
  }

  clearReference(place: number): void {
    this.#setReference(place, undefined);
  }

  #setReference(place: number, reference: Reference | undefined): void {
    this.references.value = this.references.peek().with(place, reference);
  }

  clearAverages(): void {
    this.#mean.reset();
  }

  close(): void {
    this.#off();
  }
}
