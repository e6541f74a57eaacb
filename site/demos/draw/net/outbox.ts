import type { Batch } from "../rules/logs.ts";
import type { Operation } from "../rules/operation.ts";
import type { MessageData } from "./messages.ts";

/** Operations in one message at most; with strokes of the largest size they still fit into a frame. */
const MOST = 40;

/** Sends what was done in one go as one message: 300 copies are not 300 messages, which peers would take for a flood. */
export class Outbox {
  readonly #send: (data: MessageData<"draw">) => void;
  #operations: Operation[] = [];
  #first: Batch | undefined;
  #live: number | undefined;

  constructor(send: (data: MessageData<"draw">) => void) {
    this.#send = send;
  }

  add(batch: Batch, live: number | undefined): void {
    if (!this.#first) {
      this.#first = batch;
      queueMicrotask(() => this.#flush());
    }
    this.#operations.push(...batch.operations);
    if (live !== undefined) this.#live = live;
    if (this.#operations.length >= MOST) this.#flush();
  }

  #flush(): void {
    const [first, operations, live] = [this.#first, this.#operations, this.#live];
    this.#first = undefined;
    this.#operations = [];
    this.#live = undefined;
    if (!first) return;
    const { author, from, before } = first;
    this.#send({ batch: { author, from, before, operations }, ...(live !== undefined && { live }) });
  }
}
