import type { Clock } from "./clock.ts";

/** How often the silence is looked at, ms. */
const TICK = 5_000;
/** How long an answer may take, ms (PROTOCOL.md R60). */
const PATIENCE = 10_000;
/** A tick that comes so much later than planned, ms, means that the machine has slept. */
const DRIFT = 3_000;

export interface HeartbeatParts {
  readonly clock: Clock;
  /** Seconds of silence until it asks. */
  readonly seconds: number;
  /** Sends something that the server answers. */
  ask(): void;
  /** Nothing came in time. */
  dead(): void;
}

/**
 * Notices a connection that is dead without having been closed. Silence is counted in ticks, not read off the clock, so that a
 * clock that is set back cannot hide it.
 */
export class Heartbeat {
  #ticks = 0;
  #planned: number;
  #cancelTick: () => void;
  #cancelWait: (() => void) | undefined;

  readonly #parts: HeartbeatParts;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
    this.#planned = parts.clock.now() + TICK;
    this.#cancelTick = parts.clock.after(TICK, () => this.#tick());
  }

  heard(): void {
    this.#ticks = 0;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  /** Asks now, whatever was heard lately. */
  check(): void {
    if (this.#cancelWait) return;
    this.#cancelWait = this.#parts.clock.after(PATIENCE, () => this.#parts.dead());
    this.#parts.ask();
  }

  end(): void {
    this.#cancelTick();
    this.#cancelWait?.();
  }

  #tick(): void {
    const now = this.#parts.clock.now();
    const slept = now - this.#planned > DRIFT;
    this.#planned = now + TICK;
    this.#cancelTick = this.#parts.clock.after(TICK, () => this.#tick());
    if (slept || ++this.#ticks * TICK >= this.#parts.seconds * 1_000) this.check();
  }
}
