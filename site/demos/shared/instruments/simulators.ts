import { Fault } from "@achex/client/full";
import type { FromSimulators, ToSimulators } from "./simulators-client.ts";
import workerUrl from "./simulators-client.ts?worker";

/** How long they may need to log in, ms. */
const PATIENCE = 15_000;

/** Pages that simulate at the same time have different ids. */
const SEEDS = 10_000;

/**
 * Simulated instruments that run in a worker of this page, for a relay on which none runs. In a worker, because a hidden page's timers run once per
 * second. They end with the page.
 */
export class Simulators {
  /** The ids of this page's instruments end with it. */
  readonly suffix: string;
  readonly #seed = Math.floor(Math.random() * SEEDS);
  #worker: Worker | undefined;

  constructor() {
    this.suffix = `-sim${this.#seed}`;
  }

  /** Starts one of each kind. Resolves when they have announced themselves. Rejects with a Fault. */
  async start(url: string): Promise<void> {
    this.stop();
    const worker = new Worker(workerUrl, { type: "module" });
    this.#worker = worker;
    const started = Promise.withResolvers<void>();
    worker.onmessage = ({ data }: MessageEvent<FromSimulators>) => {
      if (data.code === undefined) started.resolve();
      else started.reject(new Fault(data.code, data.message ?? ""));
    };
    worker.onerror = () => started.reject(new Fault("failed", "The simulation failed."));
    const timer = setTimeout(() => started.reject(new Fault("timeout", "The relay has not answered.")), PATIENCE);
    worker.postMessage({ url, seed: this.#seed, suffix: this.suffix } satisfies ToSimulators);
    try {
      await started.promise;
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
