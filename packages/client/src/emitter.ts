/** Typed events. Listeners of one event are called in the order they came. */
export class Emitter<Events extends object> {
  readonly #listeners: { [E in keyof Events]?: Set<(event: Events[E]) => void> } = {};

  /** Calls the listener for every such event until the function it returns is called. */
  on<E extends keyof Events>(type: E, listener: (event: Events[E]) => void): () => void {
    // A listener added twice is called twice and taken off once, so each call gets an entry of its own.
    const entry = (event: Events[E]) => listener(event);
    let set = this.#listeners[type];
    if (!set) {
      set = new Set();
      this.#listeners[type] = set;
    }
    set.add(entry);
    return () => this.#listeners[type]?.delete(entry);
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
