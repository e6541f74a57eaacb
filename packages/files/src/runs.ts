import type { Client } from "@achex/client";
import { openStream } from "@achex/client/streams";
import { type Bytes, concat } from "./bytes.ts";
import type { MessageOf, Via } from "./messages.ts";
import type { Pair } from "./pair.ts";

/** Sends the records of one run, in order. */
export interface RunWriter {
  /** Resolves when there is room for more. Rejects when the path has failed. */
  write(records: readonly Bytes[]): Promise<void>;
  /** Resolves when everything has arrived. */
  close(): Promise<void>;
  abort(): void;
}

/** Takes the bytes of a run: whole records, or pieces of them. Resolves when they have been stored. */
export type RunReader = (bytes: Uint8Array) => Promise<void>;

/** A direct connection of two paired clients, beside the relay. */
export interface DirectLink {
  readonly isOpen: boolean;
  /** Tries to connect, if it is not connected. */
  connect(): void;
  open(run: number): Promise<RunWriter>;
  signalled(message: MessageOf<"rtc">): void;
  close(): void;
}

export interface DirectOptions {
  readonly isInitiator: boolean;
  readonly signal: (message: MessageOf<"rtc">) => void;
  /** The reader of a run that the other side has begun. */
  readonly reader: (run: number) => RunReader | undefined;
  /** It was opened or lost. */
  readonly changed: () => void;
}
export type CreateDirectLink = (options: DirectOptions) => DirectLink;

/** How a transfer reaches the other side. */
export interface Route {
  readonly pair: Pair;
  /** The path to use for the next run. */
  via(): Via;
  open(via: Via, run: number): Promise<RunWriter>;
  /** The path has failed; the next run takes another. */
  failed(via: Via): void;
}

/** Share of the relay's limit that files use: the rest is for this client's messages. */
const SHARE = 0.85;

/**
 * Lets all streams of a client together send as many bytes per second as the relay allows. Each of them respects the limit, but several at
 * once would exceed it.
 */
export class Pacer {
  readonly #rate: () => number;
  readonly #now: () => number;
  #free = 0;

  constructor(rate: () => number, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
  }

  /** How long to wait before sending so many bytes, ms. */
  delay(bytes: number): number {
    const rate = this.#rate() * SHARE;
    if (rate <= 0) return 0;
    const now = this.#now();
    // A burst of half a second.
    this.#free = Math.max(this.#free, now - 500) + (bytes / rate) * 1_000;
    return Math.max(0, this.#free - now);
  }
}

/** Opens a run through the relay: a stream to the session of the other side. */
export async function openRelayRun(
  client: Client<object>,
  { sid, pairing }: Pair,
  run: number,
  pacer: Pacer,
): Promise<RunWriter> {
  const { writable } = await openStream(client, sid, { files: pairing, run });
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  return {
    async write(records) {
      const bytes = concat(...records);
      const delay = pacer.delay(bytes.length);
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      await writer.write(bytes);
    },
    close: () => writer.close(),
    abort: () => void writer.abort("aborted").catch(() => {}),
  };
}
