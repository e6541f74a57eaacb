import type { ServerTime, Tick } from "./api.ts";
import type { Fault } from "./fault.ts";
import type { Session } from "./session.ts";
import { startTicks } from "./ticks.ts";

/** Measurements in a row after each login: with jitter, the best of several is much better than one. */
const BURST = 5;
/** Number of measurements that are kept. */
const KEPT = 8;
/** Assumed drift between the two clocks, in milliseconds per millisecond. */
const DRIFT = 1e-4;
/** The server's time has whole milliseconds, which adds this error. */
const ROUNDING = 1;

interface Sample {
  readonly at: number;
  readonly offset: number;
  readonly error: number;
}

/**
 * Estimates the server's clock. The server replied at some time between request and receipt, so a measurement is wrong by at
 * most half its round trip plus the drift since then. The best of the last few measurements is used.
 */
export class ServerClock implements ServerTime {
  readonly #session: Session;
  readonly #measured: (milliseconds: number) => void;
  #samples: Sample[] = [];
  #burst = 0;

  /** `measured` is called with the round trip, once per burst and once for each single measurement. */
  constructor(session: Session, measured: (milliseconds: number) => void) {
    this.#session = session;
    this.#measured = measured;
    // The next connection may be to another server.
    session.lifecycle.add("restore", { ready: () => this.#restart() });
  }

  now(): number {
    return this.#session.clock.now() + this.offset;
  }

  get offset(): number {
    return this.#best()?.offset ?? 0;
  }

  get error(): number {
    const best = this.#best();
    return best ? this.#errorOf(best) : Number.POSITIVE_INFINITY;
  }

  every(milliseconds: number, listener: (tick: Tick) => void): () => void {
    return startTicks(this.#session, this, milliseconds, listener);
  }

  /** Requests the server's time; `done` is called with the round trip. */
  measure(done?: (milliseconds: number, fault?: Fault) => void): void {
    const { clock, connection, reason } = this.#session;
    if (!connection) {
      done?.(0, reason);
      return;
    }
    const asked = clock.now();
    const reply = ({ time }: { readonly time?: unknown }, fault?: Fault) => {
      const now = clock.now();
      const trip = Math.max(0, now - asked);
      if (!fault && typeof time === "number") {
        const error = trip / 2 + ROUNDING;
        this.#samples = [{ at: now, offset: time - (asked + now) / 2, error }, ...this.#samples].slice(0, KEPT);
      }
      done?.(trip, fault);
      if (fault) return;
      if (this.#burst > 0 && --this.#burst > 0) this.measure();
      else this.#measured(trip);
    };
    // Not sent while the rate limit holds frames back: the wait would count as round trip.
    connection.request('{"$time":true}', reply, undefined, true);
  }

  #restart(): void {
    this.#samples = [];
    this.#burst = this.#session.legacy ? 0 : BURST;
  }

  #errorOf({ at, error }: Sample): number {
    return error + Math.abs(this.#session.clock.now() - at) * DRIFT;
  }

  #best(): Sample | undefined {
    let best: Sample | undefined;
    for (const sample of this.#samples) if (!best || this.#errorOf(sample) < this.#errorOf(best)) best = sample;
    return best;
  }
}
