import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Settings } from "../../shared/instruments/wire.ts";

/**
 * Changes of settings on their way to an instrument: one question at a time, each with everything that was wanted meanwhile, so that a knob
 * that is turned quickly neither floods the instrument nor lags behind.
 */
export class SettingQueue {
  /** What is wanted and not confirmed. */
  readonly wanted: ReadonlySignal<Settings>;
  readonly names: ReadonlySignal<ReadonlySet<string>>;
  readonly problem: ReadonlySignal<string>;
  readonly #wanted: Signal<Settings> = signal({});
  readonly #problem = signal("");
  #next: Settings = {};
  #isAsking = false;

  /** `ask` resolves when the settings are changed; `describe` says for people why they are not. */
  constructor(
    private readonly ask: (set: Settings) => Promise<unknown>,
    private readonly describe: (error: unknown) => string,
  ) {
    this.wanted = this.#wanted;
    this.names = computed(() => new Set(Object.keys(this.#wanted.value)));
    this.problem = this.#problem;
  }

  change(set: Settings): void {
    this.#next = { ...this.#next, ...set };
    this.#wanted.value = { ...this.#wanted.value, ...set };
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (Object.keys(this.#next).length > 0) {
      const batch = this.#next;
      this.#next = {};
      try {
        await this.ask(batch);
        this.#problem.value = "";
      } catch (error) {
        this.#problem.value = this.describe(error);
      }
      this.#wanted.value = this.#next;
    }
    this.#isAsking = false;
  }
}
