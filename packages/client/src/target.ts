import type { SendOptions, Target } from "./api.ts";
import { bodyOf } from "./body.ts";
import { type Data, numberFrom } from "./data.ts";
import { type Fault, faultBecause } from "./fault.ts";
import type { Delivery } from "./message.ts";
import type { Outbox, ParcelOptions } from "./outbox.ts";
import { Outcome } from "./outcome.ts";
import { checked, type StandardSchema } from "./schema.ts";

/** Somewhere to send to. */
export class Place implements Target<object> {
  readonly #outbox: Outbox;
  readonly #address: Data;
  readonly #schema: StandardSchema | undefined;
  readonly #fault: (fault: Fault) => void;

  constructor(outbox: Outbox, address: Data, schema: StandardSchema | undefined, fault: (fault: Fault) => void) {
    this.#outbox = outbox;
    this.#address = address;
    this.#schema = schema;
    this.#fault = fault;
  }

  send(data: object, options?: SendOptions): Outcome<Delivery> {
    return this.#post(data, { repeatable: options?.repeatable });
  }

  sendBinary(bytes: Uint8Array, data: object = {}, options?: SendOptions): Outcome<Delivery> {
    return this.#post(data, { repeatable: options?.repeatable, bytes });
  }

  #post(data: object, options: ParcelOptions): Outcome<Delivery> {
    const outcome = new Outcome<Delivery>(this.#fault);
    try {
      checked(this.#schema, data, "message");
      this.#outbox.send(bodyOf(this.#address, data), options, {
        resolve: (result) => outcome.resolve(deliveryFrom(result)),
        reject: outcome.reject,
      });
    } catch (error) {
      outcome.reject(faultBecause(error, "invalid"));
    }
    return outcome;
  }
}

/** Counts and lists of it are as the server wrote them. */
const deliveryFrom = (result: Data): Delivery => ({ ...result, taken: numberFrom(result.taken) });
