/** Time and timers; tests pass their own. */
export interface Timers {
  /** ms. */
  now(): number;
  /** Calls back once. Returns a function that prevents it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const realTimers: Timers = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
