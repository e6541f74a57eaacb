import type { Client } from "../api.ts";
import { type Fault, ownFault } from "../fault.ts";
import { IgnorablePromise } from "../ignorable-promise.ts";
import type { ClientInternals } from "../internals.ts";
import { dataFrom, numberFrom, textFrom } from "../json.ts";
import type { LifecycleListener } from "../lifecycle.ts";
import { type IncomingStream, onStreamOf } from "../streams/on-stream.ts";
import { isGivenUp } from "../streams/stream-receiver.ts";
import { hexOf, Sha256 } from "./sha256.ts";

export interface IncomingFile {
  readonly from: string;
  readonly sid: number;
  readonly name: string;
  /** MIME type given by the sender. */
  readonly type: string;
  /** Size in bytes. */
  readonly size: number;
  /** Resumes after dropped connections. Fails with a Fault if the SHA-256 differs or the sender is disconnected for a minute. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Resolves with the whole file when all of it has arrived. */
  blob(): Promise<Blob>;
}

export interface ReceiveOptions {
  readonly onProgress?: (file: IncomingFile, bytes: number) => void;
}

/** How long a sender may be disconnected, ms. */
const AWAY = 60_000;
const DIGEST = 32;

/**
 * Calls the handler for each file sent to this client. The sender's sendFile() resolves when the handler's promise has
 * resolved. Returns an unsubscribe function.
 */
export function receiveFiles<C>(
  client: Client<C>,
  handler: (file: IncomingFile) => unknown,
  options: ReceiveOptions = {},
): () => void {
  const { internals } = client;
  const files = new Map<string, PartialFile>();
  return onStreamOf(
    internals,
    ({ file }) => Number.isSafeInteger(dataFrom(file).size),
    async (stream) => {
      const key = `${stream.from}\n${textFrom(dataFrom(stream.meta.file).id)}`;
      let file = files.get(key);
      if (!file) {
        file = new PartialFile(internals, stream, options, () => files.delete(key));
        files.set(key, file);
        file.handled = (async (incoming) => handler(incoming))(file.file);
        file.handled.catch((error) => file?.fail(error));
      }
      stream.accept({ offset: file.received });
      await file.readFrom(stream.readable);
      await file.handled;
    },
  );
}

/** Not `new Response(readable).blob()`: Chromium rejects with an error of its own instead of the stream's. */
async function blobOf(readable: ReadableStream<Uint8Array>, type: string): Promise<Blob> {
  const parts: Blob[] = [];
  const reader = readable.getReader();
  // Each part is a Blob, because browsers can keep Blobs outside of memory.
  for (let next = await reader.read(); !next.done; next = await reader.read())
    parts.push(new Blob([Uint8Array.from(next.value)]));
  return new Blob(parts, { type });
}

/** A file that has partly arrived, over one or more streams. */
class PartialFile implements LifecycleListener {
  readonly file: IncomingFile;
  handled: Promise<unknown> | undefined;
  received = 0;
  readonly #session: ClientInternals["session"];
  readonly #options: ReceiveOptions;
  readonly #ended: () => void;
  readonly #unlisten: () => void;
  readonly #hash = new Sha256();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #pulled = () => {};
  #cancelAway = () => {};
  #streams = 0;
  #over: unknown;

  constructor(
    { session, report }: ClientInternals,
    { from, sid, meta }: IncomingStream,
    options: ReceiveOptions,
    ended: () => void,
  ) {
    const { name, type, size } = dataFrom(meta.file);
    const mime = textFrom(type);
    this.#session = session;
    this.#options = options;
    this.#ended = ended;
    const readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#pulled(),
      cancel: (reason) => this.fail(ownFault("aborted", undefined, reason)),
    });
    // A client that is closed will not receive the rest.
    this.#unlisten = session.lifecycle.add("flush", this);
    const blob = () => IgnorablePromise.from(blobOf(readable, mime), report);
    this.file = { from, sid, name: textFrom(name), type: mime, size: numberFrom(size) ?? 0, readable, blob };
  }

  /** One stream of possibly several; resolves when the file is complete. */
  async readFrom(source: ReadableStream<Uint8Array>): Promise<void> {
    const stream = ++this.#streams;
    this.#cancelAway();
    const digest: number[] = [];
    const reader = source.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        // A later stream has replaced this one.
        if (stream !== this.#streams || this.#over) throw this.#over ?? ownFault("aborted");
        const left = this.file.size - this.received;
        if (left > 0) await this.#add(next.value.subarray(0, left));
        digest.push(...next.value.subarray(left));
        if (digest.length > DIGEST) throw ownFault("failed", "The file is longer than announced.");
      }
    } catch (error) {
      reader.cancel().catch(() => {});
      if (stream === this.#streams) this.#waitForSender(error);
      throw error;
    }
    this.#complete(Uint8Array.from(digest));
  }

  /** After a dismissal, as after a drop, the client may return in time. */
  closed(fault: Fault, final: boolean): void {
    if (final) this.fail(fault);
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

  #waitForSender(error: unknown): void {
    if (this.#session.reason?.code === "closed" || isGivenUp(error)) this.fail(error);
    else if (!this.#over) this.#cancelAway = this.#session.clock.after(AWAY, () => this.fail(error));
  }

  #complete(digest: Uint8Array): void {
    if (this.received < this.file.size || hexOf(this.#hash.digest()) !== hexOf(digest)) {
      const fault = ownFault("failed", "The file does not match its SHA-256.");
      this.fail(fault);
      throw fault;
    }
    this.#over = "complete";
    this.#controller?.close();
    this.#end();
  }

  #end(): void {
    this.#cancelAway();
    this.#unlisten();
    this.#pulled();
    this.#ended();
  }
}
