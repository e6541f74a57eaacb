/** Time and timers, injected so that tests control the clock. */
export interface Clock {
  /** Milliseconds from an arbitrary start, never going back. */
  now(): number;
  /** Milliseconds since 1970. */
  time(): number;
  /** Calls back every `milliseconds`; returns a function that stops it. */
  every(milliseconds: number, callback: () => void): () => void;
  /** Calls back at the end of this turn of the event loop, when everything that arrived together has been handled. */
  afterTurn(callback: () => void): void;
}

/** Returns a function that schedules `act` for the end of the turn: once, however often it is called until then. */
export function oncePerTurn(clock: Pick<Clock, "afterTurn">, act: () => void): () => void {
  let isScheduled = false;
  const run = (): void => {
    isScheduled = false;
    act();
  };
  return () => {
    if (isScheduled) return;
    isScheduled = true;
    clock.afterTurn(run);
  };
}

export const systemClock: Clock = {
  now: () => performance.now(),
  time: () => Date.now(),
  every(milliseconds, callback) {
    const timer = setInterval(callback, milliseconds);
    return () => clearInterval(timer);
  },
  afterTurn: (callback) => void setImmediate(callback),
};
