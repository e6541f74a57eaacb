import { type Instrument, SettingError } from "@achex/instruments";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { SettingLimits, Settings } from "../../shared/instruments/wire.ts";
import type { Source, SourceListener } from "./source.ts";

/** ms between two captures: 50 per second, as instruments on the relay have. */
const STEP = 20;

/** An instrument within this page; nothing of it is sent. */
export class LocalSource implements Source {
  readonly id: string;
  readonly title: ReadonlySignal<string>;
  readonly isOnline: ReadonlySignal<boolean> = signal(true);
  readonly settings: ReadonlySignal<Settings>;
  readonly unconfirmed: ReadonlySignal<ReadonlySet<string>> = signal(new Set<string>());
  readonly limits: ReadonlySignal<Readonly<Record<string, SettingLimits>>>;
  readonly watchers: ReadonlySignal<number | undefined> = signal(undefined);
  readonly #settings: Signal<Settings>;
  readonly #problem = signal("");
  readonly #listeners = new Set<SourceListener>();
  readonly #timer: ReturnType<typeof setInterval>;
  #captures = 0;

  constructor(private readonly instrument: Instrument) {
    const { description, settings } = instrument;
    this.id = description.id;
    this.title = signal(description.title);
    this.#settings = signal(settings.values);
    this.settings = this.#settings;
    this.limits = signal(
      Object.fromEntries(
        Object.entries(settings.limits).map(([name, limits]) => [
          name,
          "values" in limits ? { ...limits, values: [...limits.values] } : limits,
        ]),
      ),
    );
    this.#timer = setInterval(() => this.#capture(), STEP);
  }

  get problem(): ReadonlySignal<string> {
    return this.#problem;
  }

  now(): number {
    return Date.now();
  }

  change(set: Settings): void {
    try {
      this.instrument.settings.change(set);
      this.#problem.value = "";
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      this.#problem.value = error.message;
    }
    this.settingsChanged();
  }

  /** To be called when the instrument has changed a setting itself. */
  settingsChanged(): void {
    this.#settings.value = this.instrument.settings.values;
  }

  listen(listener: SourceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #capture(): void {
    const waveform = this.instrument.capture?.take(0);
    if (!waveform) return;
    const { bytes, ...header } = waveform;
    const data = { n: this.#captures++, t: Date.now(), ...header };
    // A copy on a buffer of its own, as messages have.
    for (const listener of this.#listeners) listener.waveform({ data, bytes: new Uint8Array(bytes) });
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
