import { ABSENT } from "@achex/streaming";
import { type ReadonlySignal, signal } from "@preact/signals";
import { Generator, type GeneratorSettings } from "../rules/waveforms.ts";
import type { Sink, Source } from "./source.ts";

const TICK = 20;
const FIRST: GeneratorSettings = { waveforms: ["sine", "triangle", "walk"], frequency: 0.5, rate: 1_000, noise: 0.02 };

/** Waveforms that this page computes. */
export class GeneratorSource implements Source {
  readonly kind = "generator";
  readonly about = { title: "Waveforms" };
  readonly settings: ReadonlySignal<GeneratorSettings>;
  readonly #settings = signal(FIRST);
  readonly #generator = new Generator(FIRST);
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    this.settings = this.#settings;
  }

  change(settings: Partial<GeneratorSettings>): void {
    this.#settings.value = { ...this.#settings.peek(), ...settings };
    this.#generator.change(this.#settings.value);
  }

  async start(sink: Sink): Promise<void> {
    this.#timer = setInterval(() => {
      const series = this.#settings.peek().waveforms.map((waveform) => sink.series(waveform));
      const row = new Float64Array(Math.max(0, ...series) + 1);
      this.#generator.advance(sink.now(), (time, values) => {
        row.fill(ABSENT);
        for (const [at, number] of series.entries()) row[number] = values[at] ?? ABSENT;
        sink.push(time, row);
      });
    }, TICK);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
