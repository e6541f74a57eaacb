import { faultBecause } from "../fault.ts";
import type { Wire } from "../host.ts";
import { Outcome } from "../outcome.ts";

/** The same promise, which may be ignored: then its failure is told by the event `fault`. */
export function ignorable<T>({ fault }: Wire, promise: Promise<T>): Promise<T> {
  const outcome = Outcome.open<T>(fault);
  promise.then(outcome.resolve, (error) => outcome.reject(faultBecause(error, "failed")));
  return outcome;
}
