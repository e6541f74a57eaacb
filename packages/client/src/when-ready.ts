import { type Clock, isDelay, startDeadline } from "./clock.ts";
import type { Emitter } from "./emitter.ts";
import { type Fault, ownFault } from "./fault.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { AnyEvents, ReadyOptions, State } from "./options.ts";

/** The parts of a session that this needs. */
interface Readiness {
  readonly clock: Clock;
  readonly state: State;
  readonly reason: Fault | undefined;
  readonly lastFailure: Fault | undefined;
}

/** Resolves when the session is logged in. Rejects if it is closed, on timeout, or if the signal is aborted. */
export function whenReady(
  session: Readiness,
  events: Emitter<AnyEvents>,
  { timeout, signal }: ReadyOptions,
): IgnorablePromise<void> {
  const promise = IgnorablePromise.open<void>();
  let cancelTimer = () => {};
  const end = (fault?: Fault) => {
    off();
    cancelTimer();
    signal?.removeEventListener("abort", abort);
    promise.settle(undefined, fault);
  };
  const look = () => {
    if (session.state === "ready" || session.reason) end(session.reason);
    else if (signal?.aborted) abort();
  };
  const abort = () => end(ownFault("aborted", undefined, signal?.reason));
  const off = events.on("state", look);
  if (isDelay(timeout)) {
    cancelTimer = startDeadline(session.clock, timeout, () => {
      const { lastFailure } = session;
      end(ownFault("timeout", `Not connected after ${timeout} ms. ${lastFailure?.message ?? ""}`.trim(), lastFailure));
    });
  }
  signal?.addEventListener("abort", abort);
  look();
  return promise;
}
