import { type Fault, faultFromError } from "./fault.ts";

const nothing = () => {};

/**
 * A promise that may be ignored: it never causes an unhandled rejection. If it has no listener, its fault is passed to `report`
 * instead. then() creates more of these promises and calls the constructor with only an executor, so `open` exists to create
 * the first one.
 */
export class IgnorablePromise<T> extends Promise<T> {
  resolve: (value: T) => void = nothing;
  reject: (fault: Fault) => void = nothing;
  #observed = false;

  static open<T>(report: (fault: Fault) => void = nothing): IgnorablePromise<T> {
    let resolve: (value: T) => void = nothing;
    let reject: (fault: Fault) => void = nothing;
    const promise = new IgnorablePromise<T>((...settlers) => {
      [resolve, reject] = settlers;
    });
    promise.then(undefined, nothing);
    promise.#observed = false;
    promise.resolve = resolve;
    promise.reject = (fault) => {
      reject(fault);
      // `await send()` adds its listener only after send() has returned, even if the promise was rejected before.
      queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => promise.#observed || report(fault))));
    };
    return promise;
  }

  /** Runs the function that settles the promise. If it throws, the promise is rejected. */
  static run<T>(report: (fault: Fault) => void, begin: (promise: IgnorablePromise<T>) => void): IgnorablePromise<T> {
    const promise = IgnorablePromise.open<T>(report);
    try {
      begin(promise);
    } catch (error) {
      promise.fail(error);
    }
    return promise;
  }

  /** Makes a promise ignorable, and turns its rejection into a Fault. */
  static from<T>(promise: Promise<T>, report: (fault: Fault) => void): IgnorablePromise<T> {
    return IgnorablePromise.run(report, (ignorable) => ignorable.follow(promise));
  }

  /** Settles like another promise. */
  follow(promise: Promise<T>): void {
    promise.then(this.resolve, (error) => this.reject(faultFromError(error, "failed")));
  }

  /** Rejects with what was thrown. An error that is not a Fault comes from an argument that cannot be sent. */
  fail(error: unknown): void {
    this.reject(faultFromError(error, "bad-payload"));
  }

  /** Rejects if there is a fault. */
  settle(value: T, fault?: Fault): void {
    if (fault) this.reject(fault);
    else this.resolve(value);
  }

  override then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#observed = true;
    return super.then(fulfilled, rejected);
  }
}
