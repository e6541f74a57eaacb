import { ownFault } from "./fault.ts";

/** Typed events. Listeners of an event are called in the order they were added. */
export class Emitter<Events extends object> {
  readonly #listeners: { [E in keyof Events]?: Set<(event: Events[E]) => void> } = {};

  /** Adds a listener, which is called once per event even if it was added several times. Returns an unsubscribe function. */
  on<E extends keyof Events>(type: E, listener: (event: Events[E]) => void): () => void {
    if (typeof type !== "string" || typeof listener !== "function")
      throw ownFault("invalid", "on() takes an event and a function.");
    const listeners = this.#listeners[type] ?? new Set();
    this.#listeners[type] = listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  has(type: keyof Events): boolean {
    return (this.#listeners[type]?.size ?? 0) > 0;
  }

  /** `ran` gets what each listener returned; for one that threw, a promise that is rejected. */
  emit<E extends keyof Events>(type: E, event: Events[E], ran?: (outcome: unknown) => void): void {
    for (const listener of [...(this.#listeners[type] ?? [])]) {
      try {
        const outcome: unknown = listener(event);
        ran?.(outcome);
      } catch (error) {
        ran?.(Promise.reject(error));
        // Thrown asynchronously, as by an event listener of the runtime, so that other listeners and the client's own code still run.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
