import type { Client } from "../api.ts";
import { dataFrom, numberFrom, textFrom } from "../data.ts";
import { type Fault, ownFault } from "../fault.ts";
import type { Part, Wire } from "../host.ts";
import { ignorable } from "../streams/ignorable.ts";
import { type IncomingStream, onStreamOf } from "../streams/receive.ts";
import { hexOf, Sha256 } from "./sha256.ts";

export interface IncomingFile {
  readonly from: string;
  readonly sid: number;
  readonly name: string;
  /** MIME type, as the sender says. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Goes on over cuts; errors with a Fault when the SHA-256 does not agree or the sender stays away for a minute. */
  readonly readable: ReadableStream<Uint8Array>;
  /** The whole file, when all of it has come. */
  blob(): Promise<Blob>;
}

export interface ReceiveOptions {
  readonly onProgress?: (file: IncomingFile, bytes: number) => void;
}

/** How long a sender may stay away, ms. */
const PATIENCE = 60_000;
const DIGEST = 32;

/**
 * Takes the files that are sent to this client. The sender is told that its file has arrived when the handler's promise has
 * resolved. Returns its own off.
 */
export function receiveFiles<C>(
  client: Client<C>,
  handler: (file: IncomingFile) => unknown,
  options: ReceiveOptions = {},
): () => void {
  const { wire } = client;
  const parts = new Map<string, Incoming>();
  return onStreamOf(
    wire,
    ({ file }) => Number.isSafeInteger(dataFrom(file).size),
    async (stream) => {
      const key = `${stream.from}\n${textFrom(dataFrom(stream.meta.file).id)}`;
      let part = parts.get(key);
      if (!part) {
        part = new Incoming(wire, stream, options, () => parts.delete(key));
        parts.set(key, part);
        part.handled = (async (file) => handler(file))(part.file);
        part.handled.catch((error) => part?.fail(error));
      }
      stream.accept({ offset: part.received });
      await part.take(stream.readable);
      await part.handled;
    },
  );
}

/** A file of which some may have come. */
class Incoming implements Part {
  readonly file: IncomingFile;
  handled: Promise<unknown> | undefined;
  received = 0;
  readonly #wire: Wire;
  readonly #options: ReceiveOptions;
  readonly #gone: () => void;
  readonly #hash = new Sha256();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #pulled = () => {};
  #cancelPatience = () => {};
  #turn = 0;
  #over: unknown;

  constructor(wire: Wire, { from, sid, meta }: IncomingStream, options: ReceiveOptions, gone: () => void) {
    const { name, type, size } = dataFrom(meta.file);
    const mime = textFrom(type);
    this.#wire = wire;
    this.#options = options;
    this.#gone = gone;
    const readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#pulled(),
      cancel: (reason) => this.fail(ownFault("aborted", undefined, reason)),
    });
    // A client that is closed will not be sent the rest.
    wire.parts.add(this);
    const whole = () => new Response(readable).blob().then((all) => new Blob([all], { type: mime }));
    const blob = () => ignorable(wire, whole());
    this.file = { from, sid, name: textFrom(name), type: mime, size: numberFrom(size) ?? 0, readable, blob };
  }

  /** One stream of possibly several; resolves when the file is complete. */
  async take(source: ReadableStream<Uint8Array>): Promise<void> {
    const turn = ++this.#turn;
    this.#cancelPatience();
    const digest: number[] = [];
    const reader = source.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        // A later stream has taken over.
        if (turn !== this.#turn || this.#over) throw this.#over ?? ownFault("aborted");
        const left = this.file.size - this.received;
        if (left > 0) await this.#add(next.value.subarray(0, left));
        digest.push(...next.value.subarray(left));
        if (digest.length > DIGEST) throw ownFault("failed", "The file is longer than it was said to be.");
      }
    } catch (error) {
      reader.cancel().catch(() => {});
      if (turn === this.#turn) this.#await(error);
      throw error;
    }
    this.#complete(Uint8Array.from(digest));
  }

  stop(fault: Fault): void {
    this.fail(fault);
  }

  fail(error: unknown): void {
    if (this.#over) return;
    this.#over = error ?? ownFault("failed");
    this.#controller?.error(this.#over);
    this.#end();
  }

  async #add(bytes: Uint8Array): Promise<void> {
    while ((this.#controller?.desiredSize ?? 0) <= 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#pulled = resolve;
      });
    }
    if (this.#over) throw this.#over;
    this.#hash.update(bytes);
    this.received += bytes.length;
    this.#controller?.enqueue(bytes);
    this.#options.onProgress?.(this.file, this.received);
  }

  #await(error: unknown): void {
    if (this.#wire.reason) this.fail(error);
    else if (!this.#over) this.#cancelPatience = this.#wire.clock.after(PATIENCE, () => this.fail(error));
  }

  #complete(digest: Uint8Array): void {
    if (this.received < this.file.size || hexOf(this.#hash.digest()) !== hexOf(digest)) {
      const fault = ownFault("failed", "The file does not agree with its SHA-256.");
      this.fail(fault);
      throw fault;
    }
    this.#over = "complete";
    this.#controller?.close();
    this.#end();
  }

  #end(): void {
    this.#cancelPatience();
    this.#wire.parts.delete(this);
    this.#pulled();
    this.#gone();
  }
}
