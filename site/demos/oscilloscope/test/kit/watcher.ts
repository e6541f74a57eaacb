import { type Client, connect, type Data, type Message } from "@achex/client";
import { within } from "../../../../../packages/server/test/kit/wait.ts";
import type { Settings } from "../../../shared/instruments/wire.ts";
import { readWaveform, type Waveform } from "../../net/waveform.ts";

/** A watcher without a page: what the page does up to the waveform. */
export class Watcher implements Disposable {
  readonly client: Client<object>;
  #waiting: ((message: Message<Data>) => void) | undefined;
  #last = -1;

  constructor(
    url: string,
    private readonly id: string,
    name = "watcher",
  ) {
    this.client = connect<object>(url, { name });
    this.client.hub(`waveform-${id}`).on("message", (message) => this.#waiting?.(message));
  }

  async join(): Promise<void> {
    await this.client.hub(`waveform-${this.id}`).join();
  }

  async set(set: Settings): Promise<void> {
    await this.client.ask(this.id, { set });
  }

  /** Calls the listener with each waveform until it returns a value, and resolves with that. */
  async watch<Value>(listener: (waveform: Waveform) => Value | undefined): Promise<Value> {
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    this.#waiting = (message) => {
      const read = readWaveform(message);
      if ("problem" in read) return reject(new Error(read.problem));
      this.#last = read.waveform.n;
      const value = listener(read.waveform);
      if (value !== undefined) resolve(value);
    };
    try {
      return await within("a waveform", promise, 60_000);
    } finally {
      this.#waiting = undefined;
    }
  }

  /** A waveform that was captured after the last change: the one after that may have been on its way. */
  async fresh(): Promise<Waveform> {
    let seen = 0;
    return this.watch((waveform) => (++seen > 1 ? waveform : undefined));
  }

  get last(): number {
    return this.#last;
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}
