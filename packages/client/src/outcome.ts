import type { Fault } from "./fault.ts";

const nothing = () => {};

/**
 * A promise that may be ignored: its rejection never becomes an unhandled one. One that nobody looked at is given to
 * `unheeded` instead, so that it does not vanish. Its constructor is that of every promise: then() makes more of them.
 */
export class Outcome<T> extends Promise<T> {
  resolve: (value: T) => void = nothing;
  reject: (fault: Fault) => void = nothing;
  #heeded = false;

  static open<T>(unheeded: (fault: Fault) => void = nothing): Outcome<T> {
    let done: (value: T) => void = nothing;
    let fail: (fault: Fault) => void = nothing;
    const outcome = new Outcome<T>((resolve, reject) => {
      done = resolve;
      fail = reject;
    });
    outcome.then(undefined, nothing);
    outcome.#heeded = false;
    outcome.resolve = done;
    outcome.reject = (fault) => {
      fail(fault);
      // `await send()` only looks at the promise after send() has returned, even if that rejected at once.
      queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => outcome.#heeded || unheeded(fault))));
    };
    return outcome;
  }

  /** Rejects with the fault, if there is one. */
  end(value: T, fault?: Fault): void {
    if (fault) this.reject(fault);
    else this.resolve(value);
  }

  override then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#heeded = true;
    return super.then(fulfilled, rejected);
  }
}
