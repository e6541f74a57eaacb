import { effect } from "@preact/signals";

/**
 * Calls `act` with what `read` returns, now and whenever a signal in it changes, but after the change: acting on it changes other signals,
 * and what is in the middle of a change must not be changed again.
 */
export function follow<T>(read: () => T, act: (value: T) => void): () => void {
  let isOpen = true;
  const stop = effect(() => {
    const value = read();
    queueMicrotask(() => {
      if (isOpen) act(value);
    });
  });
  return () => {
    isOpen = false;
    stop();
  };
}
