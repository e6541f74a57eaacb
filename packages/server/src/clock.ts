/** Time and timers, injected so that tests can hold the clock. */
export interface Clock {
  /** Milliseconds from an arbitrary start, never going back. */
  now(): number;
  /** Milliseconds since 1970, as people count them. */
  time(): number;
  /** Calls back every `milliseconds`; returns what ends it. */
  every(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  time: () => Date.now(),
  every(milliseconds, callback) {
    const timer = setInterval(callback, milliseconds);
    return () => clearInterval(timer);
  },
};
