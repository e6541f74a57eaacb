/** Time and timers, injected so that tests can hold the clock. */
export interface Clock {
  /** Milliseconds from an arbitrary start, never going back. */
  now(): number;
  /** Milliseconds since 1970, as people count them. */
  time(): number;
  /** Calls back every `milliseconds`; returns what ends it. */
  every(milliseconds: number, callback: () => void): () => void;
  /** Calls back once everything that came in together has been acted on: at the end of this turn of the event loop. */
  afterTurn(callback: () => void): void;
}

/** What asks for `act` at the end of this turn, however often it is called meanwhile: once. */
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
