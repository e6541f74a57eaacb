import type { AskOptions } from "./api.ts";
import { type Data, dataFrom, isData } from "./data.ts";
import { type Fault, faultBecause, faultFrom, ownFault } from "./fault.ts";
import { frameOf } from "./frame.ts";
import type { Wire } from "./host.ts";
import type { Outbox } from "./outbox.ts";
import { Outcome } from "./outcome.ts";
import { checked, type StandardSchema } from "./schema.ts";

const TIMEOUT = 30_000;

export interface ServiceSchemas {
  readonly request?: StandardSchema | undefined;
  readonly answer?: StandardSchema | undefined;
  readonly progress?: StandardSchema | undefined;
}

/** Asks a question (PROTOCOL.md R30 to R35); resolves with the first answer. */
export function ask(
  wire: Wire,
  outbox: Outbox,
  address: Data,
  request: object,
  { timeout = TIMEOUT, signal, onProgress, repeatable }: AskOptions<Data>,
  schemas: ServiceSchemas = {},
): Outcome<Data> {
  const outcome = Outcome.open<Data>(wire.fault);
  const id = ++wire.calls;
  const aborted = () => ownFault("aborted", undefined, signal?.reason);
  try {
    checked(schemas.request, request, "request");
    if (signal?.aborted) throw aborted();
    const parcel = {
      body: JSON.stringify(frameOf(address, request, { $call: { id } })),
      repeatable,
      held: true,
      done(result: Data, fault?: Fault) {
        if (cancelTimer) cancelTimer();
        signal?.removeEventListener("abort", abort);
        wire.answers.delete(id);
        outcome.end(result, fault);
      },
    };
    const giveUp = (fault: Fault) => {
      // Without a connection it waits in the outbox, and nobody has heard it.
      wire.control({ ...address, $call: { cancel: id } });
      outbox.settle(parcel, {}, fault);
    };
    const abort = () => giveUp(aborted());
    const cancelTimer =
      timeout > 0 && wire.clock.after(timeout, () => giveUp(ownFault("timeout", `no answer in ${timeout} ms`)));
    signal?.addEventListener("abort", abort);
    wire.answers.set(id, (answer, incoming) => {
      const { $answer: _, ...data } = incoming?.data ?? {};
      const more = answer.more === true;
      try {
        if (isData(answer.fault)) throw faultFrom(answer.fault);
        const fit = dataFrom(checked(more ? schemas.progress : schemas.answer, data, "answer"));
        if (more) onProgress?.(fit);
        else outbox.settle(parcel, fit);
      } catch (error) {
        const fault = faultBecause(error, "failed");
        if (more) wire.fault(fault);
        else outbox.settle(parcel, {}, fault);
      }
    });
    outbox.send(parcel);
  } catch (error) {
    outcome.reject(faultBecause(error, "bad-payload"));
  }
  return outcome;
}
