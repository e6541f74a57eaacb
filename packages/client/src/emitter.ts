import { ownFault } from "./fault.ts";

/** Typed events. Listeners of one event are called in the order they came. */
export class Emitter<Events extends object> {
  readonly #listeners: { [E in keyof Events]?: Set<(event: Events[E]) => void> } = {};

  /** Calls the listener for every such event, once however often it was added, until the returned function is called. */
  on<E extends keyof Events>(type: E, listener: (event: Events[E]) => void): () => void {
    if (typeof type !== "string" || typeof listener !== "function")
      throw ownFault("invalid", "on() takes an event and a function.");
    const listeners = this.#listeners[type] ?? new Set();
    this.#listeners[type] = listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<E extends keyof Events>(type: E, event: Events[E]): void {
    for (const listener of [...(this.#listeners[type] ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        // Thrown on its own, as from any event listener: the next listeners and our own bookkeeping must go on.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
