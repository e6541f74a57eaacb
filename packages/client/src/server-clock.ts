import type { ServerTime, Tick } from "./api.ts";
import { type Fault, ownFault } from "./fault.ts";
import type { LifecycleListener } from "./lifecycle.ts";
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

/** Called with the round trip, ms, or why there is none. */
type Measured = (milliseconds: number, fault?: Fault) => void;

interface Sample {
  readonly at: number;
  readonly offset: number;
  readonly error: number;
}

/**
 * Estimates the server's clock. The server replied at some time between request and receipt, so a measurement is wrong by at
 * most half its round trip plus the drift since then. The best of the last few measurements is used.
 */
export class ServerClock implements ServerTime, LifecycleListener {
  readonly #session: Session;
  readonly #measured: (milliseconds: number) => void;
  #samples: Sample[] = [];
  #burst = 0;
  /** Requests without a reply yet, oldest first. */
  readonly #asked: { readonly at: number; readonly done: Measured | undefined }[] = [];

  /** `measured` is called with the round trip, once per burst and once for each single measurement. */
  constructor(session: Session, measured: (milliseconds: number) => void) {
    this.#session = session;
    this.#measured = measured;
    session.lifecycle.add("restore", this);
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
  measure(done?: Measured): void {
    const { clock, connection, reason } = this.#session;
    if (!connection) {
      done?.(0, reason ?? ownFault("unknown"));
      return;
    }
    this.#asked.push({ at: clock.now(), done });
    connection.requestTime();
  }

  /** Handles a reply, whose time is undefined in a legacy dialect. Replies arrive in the order of the requests. */
  received(time: unknown): void {
    const asked = this.#asked.shift();
    if (!asked) return;
    const now = this.#session.clock.now();
    const trip = Math.max(0, now - asked.at);
    if (typeof time === "number") {
      const error = trip / 2 + ROUNDING;
      this.#samples = [{ at: now, offset: time - (asked.at + now) / 2, error }, ...this.#samples].slice(0, KEPT);
    }
    asked.done?.(trip);
    if (this.#burst > 0 && --this.#burst > 0) this.measure();
    else this.#measured(trip);
  }

  ready(): void {
    // The next connection may be to another server.
    this.#samples = [];
    this.#burst = this.#session.legacy ? 0 : BURST;
  }

  /** What was asked before the drop is asked again. */
  resumed(): void {
    const asked = this.#asked.splice(0);
    this.#burst = BURST;
    for (const { done } of asked) if (done) this.measure(done);
  }

  dropped(): void {
    this.closed(ownFault("unknown"));
  }

  closed(fault: Fault): void {
    for (const { done } of this.#asked.splice(0)) done?.(0, fault);
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
