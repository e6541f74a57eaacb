import type { Clock } from "./clock.ts";

/** How often the silence is looked at, ms. */
const TICK = 5_000;
/** How long an answer may take, ms (PROTOCOL.md R60). */
const PATIENCE = 10_000;
/** A tick that comes so much later than planned, ms, means that the machine has slept. */
const DRIFT = 3_000;

/**
 * Notices a connection that is dead without having been closed. Silence is counted in ticks, not read off the clock, so that a
 * clock that is set back cannot hide it.
 */
export class Heartbeat {
  readonly #clock: Clock;
  /** Seconds of silence until it asks. */
  readonly #seconds: number;
  /** Sends something that the server answers. */
  readonly #ask: () => void;
  /** Nothing came in time. */
  readonly #dead: () => void;
  #silent = -1;
  #planned = 0;
  #cancelTick = () => {};
  #cancelWait: (() => void) | undefined;

  constructor(clock: Clock, seconds: number, ask: () => void, dead: () => void) {
    this.#clock = clock;
    this.#seconds = seconds;
    this.#ask = ask;
    this.#dead = dead;
    this.#planned = clock.now();
    this.#tick();
  }

  heard(): void {
    this.#silent = 0;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  /** Asks now, whatever was heard lately. */
  check(): void {
    if (this.#cancelWait) return;
    this.#cancelWait = this.#clock.after(PATIENCE, this.#dead);
    this.#ask();
  }

  end(): void {
    this.#cancelTick();
    this.#cancelWait?.();
  }

  #tick(): void {
    const now = this.#clock.now();
    const slept = now - this.#planned > DRIFT;
    this.#planned = now + TICK;
    this.#cancelTick = this.#clock.after(TICK, () => this.#tick());
    if (++this.#silent * TICK >= this.#seconds * 1_000 || slept) this.check();
  }
}
