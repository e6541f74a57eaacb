/** Time as the client sees it; tests pass one that they move. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, after so many milliseconds; returns the function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** A timer that is this late, ms, means that the thread was blocked, or the machine slept. */
const LATE = 250;
/** How long the runtime gets to read what has arrived meanwhile, ms, and how often in a row. */
const READING = 500;
const READINGS = 3;

/**
 * Calls back when something has not happened in time. If the timer is late, the runtime may not have read its sockets either: it
 * gets the time to do so first, or what has long arrived would count as missing. Returns the function that cancels it.
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

/** Whether it is a time a timer can wait: more than 2^31 ms would be none at all, and Infinity is for ever. */
export const isDelay = (milliseconds: unknown): milliseconds is number =>
  typeof milliseconds === "number" && milliseconds > 0 && milliseconds < 2 ** 31;
