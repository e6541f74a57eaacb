import type { AskOptions } from "./api.ts";
import { type Fault, faultFromError, faultFromFrame, ownFault } from "./fault.ts";
import { messageFrame } from "./frames.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, dataFrom, isData } from "./json.ts";
import { type ServiceSchemas, validated } from "./schema.ts";

const TIMEOUT = 30_000;

/** Asks a question (PROTOCOL.md R30 to R35); resolves with the first answer. */
export function ask(
  { session, outbox, calls, report }: ClientInternals,
  address: Data,
  request: object,
  { timeout = TIMEOUT, signal, onProgress, repeatable }: AskOptions<Data>,
  schemas: ServiceSchemas = {},
): IgnorablePromise<Data> {
  const promise = IgnorablePromise.open<Data>(report);
  const id = calls.nextId();
  const aborted = () => ownFault("aborted", undefined, signal?.reason);
  try {
    validated(schemas.request, request, "request");
    if (signal?.aborted) throw aborted();
    const pending = {
      body: JSON.stringify(messageFrame(address, request, { $call: { id } })),
      repeatable,
      awaitsAnswer: true,
      done(result: Data, fault?: Fault) {
        if (cancelTimer) cancelTimer();
        signal?.removeEventListener("abort", abort);
        calls.answers.delete(id);
        promise.settle(result, fault);
      },
    };
    const giveUp = (fault: Fault) => {
      // Without a connection it waits in the outbox, and nobody has received it.
      session.control({ ...address, $call: { cancel: id } });
      outbox.settle(pending, {}, fault);
    };
    const abort = () => giveUp(aborted());
    const cancelTimer =
      timeout > 0 && session.clock.after(timeout, () => giveUp(ownFault("timeout", `no answer in ${timeout} ms`)));
    signal?.addEventListener("abort", abort);
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
  } catch (error) {
    promise.reject(faultFromError(error, "bad-payload"));
  }
  return promise;
}
