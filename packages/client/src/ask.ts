import type { AskOptions } from "./api.ts";
import { isDelay, startDeadline } from "./clock.ts";
import { type Fault, faultFromError, faultFromFrame, ownFault } from "./fault.ts";
import { checkTarget, messageFrame } from "./frames.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, dataFrom, isData } from "./json.ts";
import { type ServiceSchemas, validated } from "./schema.ts";

const TIMEOUT = 30_000;

/** Asks a question (PROTOCOL.md R30 to R35); resolves with the first answer. */
export function ask(
  { session, outbox, calls, report }: ClientInternals,
  whom: string | number,
  request: object,
  { timeout = TIMEOUT, signal, onProgress, repeatable }: AskOptions<Data>,
  schemas: ServiceSchemas = {},
): IgnorablePromise<Data> {
  const promise = IgnorablePromise.open<Data>(report);
  const address = typeof whom === "number" ? { toS: whom } : { to: whom };
  const id = calls.nextId();
  const aborted = () => ownFault("aborted", undefined, signal?.reason);
  let cancelTimer = () => {};
  // A question that is cancelled before it was sent needs no cancel frame.
  const giveUp = (fault: Fault) => {
    session.control({ ...address, $call: { cancel: id } });
    outbox.settle(pending, {}, fault);
  };
  const abort = () => giveUp(aborted());
  const pending = {
    body: "",
    repeatable,
    awaitsAnswer: true,
    done(result: Data, fault?: Fault) {
      cancelTimer();
      signal?.removeEventListener("abort", abort);
      calls.answers.delete(id);
      promise.settle(result, fault);
    },
  };
  try {
    checkTarget(whom);
    validated(schemas.request, request, "request");
    if (signal?.aborted) throw aborted();
    pending.body = JSON.stringify(messageFrame(address, request, { $call: { id } }));
    signal?.addEventListener("abort", abort);
  } catch (error) {
    promise.reject(faultFromError(error, "bad-payload"));
    return promise;
  }
  if (isDelay(timeout)) {
    const late = () => giveUp(ownFault("timeout", `No answer within ${timeout} ms.`));
    cancelTimer = startDeadline(session.clock, timeout, late);
  }
  calls.answers.set(id, (answer, incoming) => {
    const { $answer: _, ...data } = incoming?.data ?? {};
    const more = answer.more === true;
    try {
      if (isData(answer.fault)) throw faultFromFrame(answer.fault);
      const valid = dataFrom(validated(more ? schemas.progress : schemas.answer, data, "answer"));
      if (more) onProgress?.(valid);
      else outbox.settle(pending, valid);
    } catch (error) {
      const fault = faultFromError(error, "failed");
      if (more) report(fault);
      else outbox.settle(pending, {}, fault);
    }
  });
  outbox.send(pending);
  return promise;
}
