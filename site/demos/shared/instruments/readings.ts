import type { Client, Data, Lease, Message } from "@achex/client/full";
import * as v from "valibot";
import type { InstrumentDirectory } from "./directory.ts";
import { problemOf, type Quantity, reading as schema } from "./wire.ts";

export interface Reading {
  /** Id of the instrument. */
  readonly id: string;
  /** When it was measured, ms by the server's clock, as the instrument says. */
  readonly time: number;
  /** By the names of its quantities. They may be anything: see measuredValue. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly status: readonly string[];
  /** Readings that were sent before it and did not arrive. */
  readonly missed: number;
}

/** A value of a reading: a number, null if the instrument has none at the moment, or undefined if it is neither. */
export function measuredValue({ values }: Pick<Reading, "values">, quantity: string): number | null | undefined {
  const value = Object.hasOwn(values, quantity) ? values[quantity] : undefined;
  return value === null || (typeof value === "number" && Number.isFinite(value)) ? value : undefined;
}

/** Whether the value can be shown on the scale of its quantity. */
export const isOnScale = (value: number, { min, max }: Quantity): boolean => value >= min && value <= max;

export interface ReadingListener {
  reading(reading: Reading): void;
  /** A message that is not a reading, or comes from another session than the one that announced the instrument. */
  ignored?(message: Message<Data>, reason: string): void;
}

/** The readings of all instruments in the directory. */
export class Readings {
  /** The last `n` of each instrument, and the session that sent it. */
  readonly #last = new Map<string, { readonly sid: number; readonly n: number }>();
  readonly #lease: Promise<Lease>;
  readonly #off: () => void;

  constructor(
    client: Client<object>,
    private readonly directory: InstrumentDirectory,
    private readonly listener: ReadingListener,
  ) {
    const room = client.broadcast("readings");
    this.#off = room.on("message", (message) => this.#receive(message));
    this.#lease = room.hold();
    this.#lease.catch(() => {});
  }

  #receive(message: Message<Data>): void {
    const result = v.safeParse(schema, message.data);
    if (!result.success) {
      this.listener.ignored?.(message, problemOf(result.issues));
      return;
    }
    const { r: id, n, t: time, v: values, s: status } = result.output;
    if (this.directory.byId(id)?.sid !== message.sid) {
      this.listener.ignored?.(message, `this session has not announced ${id}`);
      return;
    }
    const last = this.#last.get(id);
    // A restarted instrument begins again, and so does one that lies about its numbers.
    const missed = last?.sid === message.sid && n > last.n ? n - last.n - 1 : 0;
    this.#last.set(id, { sid: message.sid, n });
    this.listener.reading({ id, time, values, status, missed });
  }

  /** Forgets an instrument that no longer exists. */
  forget(id: string): void {
    this.#last.delete(id);
  }

  close(): void {
    this.#off();
    this.#lease.then(
      (lease) => lease.release(),
      () => {},
    );
  }
}
