import { type Fault, faultFromError } from "./fault.ts";

const nothing = () => {};

/**
 * A promise that may be ignored: its rejection never becomes an unhandled one. If nobody listens to it, the fault is passed to
 * `report` instead, so that it does not vanish. then() makes more of these promises, and calls the constructor for that with an
 * executor alone: which is why `open` makes the first one.
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
      // `await send()` only looks at the promise after send() has returned, even if that rejected at once.
      queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => promise.#observed || report(fault))));
    };
    return promise;
  }

  /** Runs what will settle the promise; what it throws rejects the promise. */
  static run<T>(report: (fault: Fault) => void, begin: (promise: IgnorablePromise<T>) => void): IgnorablePromise<T> {
    const promise = IgnorablePromise.open<T>(report);
    try {
      begin(promise);
    } catch (error) {
      promise.fail(error);
    }
    return promise;
  }

  /** The same promise, ignorable; what it rejects with becomes a Fault. */
  static from<T>(promise: Promise<T>, report: (fault: Fault) => void): IgnorablePromise<T> {
    return IgnorablePromise.run(report, (ignorable) => ignorable.follow(promise));
  }

  /** Ends like another promise. */
  follow(promise: Promise<T>): void {
    promise.then(this.resolve, (error) => this.reject(faultFromError(error, "failed")));
  }

  /** Rejects with whatever was thrown; that which is not a Fault is an argument that cannot be sent. */
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
