/** The client's time and timers; tests pass a clock that they control. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after a number of milliseconds; returns a function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** A timer that is this late, ms, means that the thread was blocked or the machine was asleep. */
const LATE = 250;
/** How long the runtime gets to read data that has arrived in the meantime, ms, and how often in a row. */
const READING = 500;
const READINGS = 3;

/**
 * Calls back after a timeout. If the timer fires late, the runtime may not have read its sockets either, so it first gets time
 * to do so; otherwise data that has already arrived would count as missing. Returns a function that cancels it.
 */
export function startDeadline(clock: Clock, milliseconds: number, expired: () => void): () => void {
  let cancel = () => {};
  let readings = 0;
  const wait = (time: number) => {
    const due = clock.now() + time;
    cancel = clock.after(time, () => {
      if (clock.now() - due > LATE && readings++ < READINGS) wait(READING);
      else expired();
    });
  };
  wait(milliseconds);
  return () => cancel();
}

/** Whether a timer can wait this long: timers fire immediately after 2^31 ms or more, and Infinity means no timer. */
export const isDelay = (milliseconds: unknown): milliseconds is number =>
  typeof milliseconds === "number" && milliseconds > 0 && milliseconds < 2 ** 31;
