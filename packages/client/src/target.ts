import type { SendOptions, Target } from "./api.ts";
import { type Data, numberFrom } from "./data.ts";
import { faultBecause } from "./fault.ts";
import { frameOf } from "./frame.ts";
import type { Wire } from "./host.ts";
import type { Delivery } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { Outcome } from "./outcome.ts";
import { checked, type StandardSchema } from "./schema.ts";

/** Somewhere to send to. */
export class Place implements Target<object> {
  protected readonly wire: Wire;
  readonly #outbox: Outbox;
  readonly #address: Data;
  readonly schema: StandardSchema | undefined;

  constructor(wire: Wire, outbox: Outbox, address: Data, schema: StandardSchema | undefined) {
    this.wire = wire;
    this.#outbox = outbox;
    this.#address = address;
    this.schema = schema;
  }

  sendBinary(bytes: Uint8Array, data: object = {}, options?: SendOptions): Outcome<Delivery> {
    return this.send(data, options, bytes);
  }

  send(data: object, options?: SendOptions, bytes?: Uint8Array): Outcome<Delivery> {
    const outcome = Outcome.open<Delivery>(this.wire.fault);
    try {
      checked(this.schema, data, "message");
      this.#outbox.send({
        body: JSON.stringify(frameOf(this.#address, data)),
        bytes,
        repeatable: options?.repeatable,
        // Counts and lists of it are as the server wrote them.
        done: (result, fault) => outcome.end({ ...result, taken: numberFrom(result.taken) }, fault),
      });
    } catch (error) {
      outcome.reject(faultBecause(error, "invalid"));
    }
    return outcome;
  }
}
