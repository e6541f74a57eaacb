import type { Fault } from "./fault.ts";

const nothing = () => {};

/**
 * A promise that may be ignored: its rejection never becomes an unhandled one. One that nobody looked at is given to
 * `unheeded` instead, so that it does not vanish.
 */
export class Outcome<T> extends Promise<T> {
  // What then() makes is an ordinary promise again: its rejections are the business of whoever made it.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly resolve: (value: T) => void;
  readonly reject: (fault: Fault) => void;
  #heeded = false;

  constructor(unheeded: (fault: Fault) => void = nothing) {
    let done: (value: T) => void = nothing;
    let fail: (fault: Fault) => void = nothing;
    super((resolve, reject) => {
      done = resolve;
      fail = reject;
    });
    super.then(undefined, nothing);
    this.resolve = done;
    this.reject = (fault) => {
      fail(fault);
      // `await send()` only looks at the promise after send() has returned, even if that rejected at once.
      queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => this.#heeded || unheeded(fault))));
    };
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
