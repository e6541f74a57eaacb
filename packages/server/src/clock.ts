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

/** Resolves after that time. */
export function pause(clock: Pick<Clock, "every">, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.every(milliseconds, () => {
      stop();
      resolve();
    });
  });
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
