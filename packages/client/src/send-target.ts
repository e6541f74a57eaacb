import type { SendOptions, Target } from "./api.ts";
import { faultFromError } from "./fault.ts";
import { messageFrame } from "./frames.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, numberFrom } from "./json.ts";
import type { Delivery } from "./message.ts";
import { type StandardSchema, validated } from "./schema.ts";

/** Somewhere to send to. */
export class SendTarget implements Target<object> {
  readonly #internals: ClientInternals;
  readonly #address: Data;
  readonly #schema: StandardSchema | undefined;

  constructor(internals: ClientInternals, address: Data, schema: StandardSchema | undefined) {
    this.#internals = internals;
    this.#address = address;
    this.#schema = schema;
  }

  send(data: object, options?: SendOptions): IgnorablePromise<Delivery> {
    return this.#send(undefined, data, options);
  }

  sendBinary(bytes: Uint8Array, data: object = {}, options?: SendOptions): IgnorablePromise<Delivery> {
    return this.#send(bytes, data, options);
  }

  #send(bytes: Uint8Array | undefined, data: object, options: SendOptions | undefined): IgnorablePromise<Delivery> {
    const promise = IgnorablePromise.open<Delivery>(this.#internals.report);
    try {
      validated(this.#schema, data, "message");
      this.#internals.outbox.send({
        body: JSON.stringify(messageFrame(this.#address, data)),
        bytes,
        repeatable: options?.repeatable,
        // `missed` and `missing` are passed on as the server sent them.
        done: (result, fault) => promise.settle({ ...result, taken: numberFrom(result.taken) }, fault),
      });
    } catch (error) {
      promise.reject(faultFromError(error, "invalid"));
    }
    return promise;
  }
}
