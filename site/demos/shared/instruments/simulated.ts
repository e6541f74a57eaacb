import type { JoinedInstrument, Kind } from "@achex/instruments";

/** Digits of an id in which pages differ. */
const RANDOM_DIGITS = 4;

/** Simulated instruments that live in this page, for a relay on which none runs. They end with the page. */
export class SimulatedInstruments {
  readonly #running: JoinedInstrument[] = [];

  /**
   * Starts one of each kind; `url` is the address of the relay. Resolves with their ids when they have announced themselves. Rejects with a Fault
   * if the relay does not let them in. Instruments in a hidden page are slow, because browsers run its timers once per second.
   */
  async start(url: string, kinds: readonly Kind[]): Promise<readonly string[]> {
    // They are only loaded when somebody wants them.
    const { KINDS, startInstrument } = await import("@achex/instruments");
    const seed = Math.floor(Math.random() * 10 ** RANDOM_DIGITS);
    const ids: string[] = [];
    for (const kind of kinds) {
      const id = `${KINDS[kind].prefix}-${String(seed).padStart(RANDOM_DIGITS, "0")}`;
      this.#running.push(await startInstrument(kind, { id, seed }, { url }));
      ids.push(id);
    }
    return ids;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((one) => one[Symbol.asyncDispose]()));
  }
}
