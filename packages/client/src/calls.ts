import type { AskOptions } from "./api.ts";
import { bodyOf } from "./body.ts";
import { type Data, dataFrom, isData } from "./data.ts";
import { type Fault, faultBecause, faultFrom, ownFault } from "./fault.ts";
import type { Wire } from "./host.ts";
import type { Outbox, Parcel } from "./outbox.ts";
import { Outcome } from "./outcome.ts";
import { checked, type StandardSchema } from "./schema.ts";

const TIMEOUT = 30_000;

export interface ServiceSchemas {
  readonly request?: StandardSchema | undefined;
  readonly answer?: StandardSchema | undefined;
  readonly progress?: StandardSchema | undefined;
}

/** The questions this client asks. */
export class Calls {
  readonly #wire: Wire;
  readonly #outbox: Outbox;

  constructor(wire: Wire, outbox: Outbox) {
    this.#wire = wire;
    this.#outbox = outbox;
  }

  ask(address: Data, request: object, options: AskOptions<Data>, schemas: ServiceSchemas = {}): Promise<Data> {
    const id = this.#wire.nextCall();
    const outcome = new Outcome<Data>(this.#wire.fault);
    let body: string;
    try {
      checked(schemas.request, request, "request");
      body = bodyOf(address, request, { $call: { id } });
      if (options.signal?.aborted) throw ownFault("aborted", undefined, options.signal.reason);
    } catch (error) {
      outcome.reject(faultBecause(error, "bad-payload"));
      return outcome;
    }
    const { timeout = TIMEOUT, signal } = options;
    const giveUp = (fault: Fault) => {
      if (parcel.flying) this.#wire.control(bodyOf(address, {}, { $call: { cancel: id } }));
      this.#outbox.fail(parcel, fault);
    };
    const abort = () => giveUp(ownFault("aborted", undefined, signal?.reason));
    const cancelTimer = timeout > 0 ? this.#wire.clock.after(timeout, () => giveUp(ownFault("timeout"))) : undefined;
    signal?.addEventListener("abort", abort);
    const over = () => {
      cancelTimer?.();
      signal?.removeEventListener("abort", abort);
      this.#wire.takeAnswers(id);
    };
    this.#wire.takeAnswers(id, (answer, incoming) =>
      this.#settle(parcel, answer, incoming?.data ?? {}, options, schemas),
    );
    const parcel: Parcel = this.#outbox.send(body, { held: true, repeatable: options.repeatable, over }, outcome);
    return outcome;
  }

  #settle(
    parcel: Parcel,
    answer: Data,
    { $answer: _, ...data }: Data,
    { onProgress }: AskOptions<Data>,
    schemas: ServiceSchemas,
  ): void {
    const more = answer.more === true;
    try {
      if (isData(answer.fault)) this.#outbox.fail(parcel, faultFrom(answer.fault));
      else if (more) onProgress?.(dataFrom(checked(schemas.progress, data, "progress")));
      else this.#outbox.finish(parcel, dataFrom(checked(schemas.answer, data, "answer")));
    } catch (error) {
      const fault = faultBecause(error, "failed");
      if (more) this.#wire.fault(fault);
      else this.#outbox.fail(parcel, fault);
    }
  }
}
