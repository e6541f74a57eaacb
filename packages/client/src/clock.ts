/** Time as the client sees it; tests pass one that they hold. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs the callback once, after so many milliseconds; the result cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
