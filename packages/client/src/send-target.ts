import { ownFault } from "./fault.ts";
import { bytesFrom, messageFrame } from "./frames.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, numberFrom } from "./json.ts";
import type { Delivery } from "./message.ts";
import { type StandardSchema, validated } from "./schema.ts";
import type { BinarySource, SendOptions, Target } from "./send-api.ts";

/** An address that messages can be sent to. */
export class SendTarget implements Target<object> {
  readonly #internals: ClientInternals;
  readonly #address: Data;
  readonly #schema: StandardSchema | undefined;
  /** Called when a message was stored. */
  readonly #stored: (seq: number) => void;

  constructor(
    internals: ClientInternals,
    address: Data,
    schema: StandardSchema | undefined,
    stored: (seq: number) => void = () => {},
  ) {
    this.#internals = internals;
    this.#address = address;
    this.#schema = schema;
    this.#stored = stored;
  }

  send(data: object, options?: SendOptions): IgnorablePromise<Delivery> {
    return this.#send(undefined, data, options);
  }

  sendBinary(source: BinarySource, data: object = {}, options?: SendOptions): IgnorablePromise<Delivery> {
    const { report } = this.#internals;
    return IgnorablePromise.run(report, (promise) => {
      const bytes = bytesFrom(source);
      promise.follow(
        bytes instanceof Uint8Array
          ? this.#send(bytes, data, options)
          : this.#internals.outbox.reading(bytes).then((read) => this.#send(read, data, options)),
      );
    });
  }

  #send(bytes: Uint8Array | undefined, data: object, options: SendOptions | undefined): IgnorablePromise<Delivery> {
    const { session, outbox, sendIds, report } = this.#internals;
    return IgnorablePromise.run(report, (promise) => {
      validated(this.#schema, data, "message");
      const { confirm = true, latest, ifConnected, term } = options ?? {};
      const key = sendIds.keyOf(this.#address);
      const isKept = confirm && latest === undefined && sendIds.knowsAsKept(key);
      const { repeatable = isKept } = options ?? {};
      const { id = repeatable && !session.legacy ? sendIds.next() : undefined } = options ?? {};
      if (id !== undefined && typeof id !== "string") throw ownFault("invalid", "id must be a text.");
      if (repeatable && !confirm) throw ownFault("invalid", "repeatable requires confirmation.");
      // A term that is missing by mistake would make an unfenced message of a fenced one.
      if (options && "term" in options && typeof term !== "number") throw ownFault("invalid", "term must be a number.");
      outbox.send({
        body: JSON.stringify(messageFrame(this.#address, data, { $latest: latest, $term: term })),
        latest: latest === undefined ? undefined : JSON.stringify([this.#address, latest]),
        ifConnected,
        // A copy: the caller may reuse its buffer while the message waits.
        bytes: bytes?.slice(),
        ...{ id, repeatable, sids: id === undefined ? undefined : new Set() },
        unconfirmed: !confirm,
        // `missed` and `missing` are passed on as the server sent them.
        done: (result, fault) => {
          const seq = numberFrom(result.seq);
          if (latest === undefined && "taken" in result) sendIds.learn(key, seq !== undefined);
          if (seq !== undefined) this.#stored(seq);
          promise.settle({ ...result, taken: numberFrom(result.taken) }, fault);
        },
      });
    });
  }
}
