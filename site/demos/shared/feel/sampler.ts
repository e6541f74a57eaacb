export interface SamplerOptions<T> {
  /** Least time between two values, ms. */
  readonly interval: number;
  readonly read: () => T;
  /** Whether a difference is too small to be worth sending. */
  readonly isSame: (a: T, b: T) => boolean;
  readonly send: (value: T) => void;
}

/** Sends a value at a fixed rate while it changes, and nothing while it does not. */
export interface Sampler {
  /** Call it once per step, with the current time in ms. */
  poll(now: number): void;
  /** Sends the value at the next poll even if it has not changed: somebody has joined. */
  repeat(): void;
}

export function createSampler<T>({ interval, read, isSame, send }: SamplerOptions<T>): Sampler {
  let sent: { readonly value: T } | undefined;
  let due = 0;
  return {
    poll(now) {
      if (now < due) return;
      const value = read();
      if (sent && isSame(sent.value, value)) return;
      sent = { value };
      due = now + interval;
      send(value);
    },
    repeat() {
      sent = undefined;
    },
  };
}
