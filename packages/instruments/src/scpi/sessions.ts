import type { Instrument } from "../model.ts";
import { ScpiInterpreter } from "./interpreter.ts";

/** Sessions whose state is kept. Beyond that, the one that has been silent longest starts over. */
const KEPT = 64;

/**
 * The SCPI state of one instrument: each session has an error queue and status registers of its own, so that nobody takes away another
 * operator's errors.
 */
export class ScpiSessions {
  readonly #interpreters = new Map<number, ScpiInterpreter>();

  constructor(private readonly instrument: Instrument) {}

  of(sid: number): ScpiInterpreter {
    const { description, scpi, settings } = this.instrument;
    const found = this.#interpreters.get(sid) ?? new ScpiInterpreter(description, scpi, () => settings.reset());
    // Put at the end, as the one that spoke last.
    this.#interpreters.delete(sid);
    this.#interpreters.set(sid, found);
    const [oldest] = this.#interpreters.keys();
    if (this.#interpreters.size > KEPT && oldest !== undefined) this.#interpreters.delete(oldest);
    return found;
  }
}
