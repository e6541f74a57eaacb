import type { Client } from "../api.ts";
import { Fault, faultFromError, ownFault } from "../fault.ts";
import { checkTarget } from "../frames.ts";
import { IgnorablePromise } from "../ignorable-promise.ts";
import { numberFrom } from "../json.ts";
import { openStream } from "../streams/open-stream.ts";
import { hexOf, Sha256 } from "./sha256.ts";

/** A Blob, a File, or the result of Bun.file(). */
export interface FileSource {
  readonly size: number;
  readonly type: string;
  readonly name?: string | undefined;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface SendFileOptions {
  /** The name the receiver sees; by default the file's own. */
  readonly name?: string;
  /** Bytes sent so far, of `size`. */
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

export interface SentFile {
  readonly size: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

const CHUNK = 256 * 1024;
/** How long it tries to resume without progress, and the delay between attempts, ms. */
const GIVE_UP = 60_000;
const PAUSE = 1_000;

const interrupted = new Set(["unknown", "callee-gone", "aborted"]);
const missing = new Set(["no-such-name", "no-such-session", "no-handler", "not-one"]);

/**
 * Sends a file to a name or session id. Resolves when the receiver has the whole file and its SHA-256 matches. If either side
 * disconnects, the transfer resumes where the receiver stopped, provided both reconnect within a minute.
 *
 * @example
 * const { sha256 } = await sendFile(ann, "Bob", file, { onProgress: (bytes) => console.log(bytes / file.size) });
 */
export function sendFile<C>(
  client: Client<C>,
  whom: string | number,
  file: FileSource,
  options?: SendFileOptions,
): Promise<SentFile> {
  const { report } = client.internals;
  return IgnorablePromise.from(
    (async () => {
      checkTarget(whom);
      if (typeof file?.slice !== "function" || !Number.isSafeInteger(file.size))
        throw ownFault("bad-payload", "A file must be a Blob, a File or a Bun.file().");
      return sendResuming(client, new Transfer(client, whom, file, options ?? {}), options?.signal);
    })(),
    report,
  );
}

async function sendResuming<C>(
  client: Client<C>,
  transfer: Transfer<C>,
  signal: AbortSignal | undefined,
): Promise<SentFile> {
  const { clock } = client.internals.session;
  let abort = () => {};
  /** Rejects as soon as the signal is aborted, even in the middle of another step. */
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(ownFault("aborted", undefined, signal?.reason));
  });
  aborted.catch(() => {});
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  let since = clock.now();
  try {
    for (let begun = false; ; ) {
      try {
        const attempt = transfer.attempt(() => {
          begun = true;
          since = clock.now();
        });
        return await Promise.race([aborted, attempt]);
      } catch (error) {
        const fault = faultFromError(error, "failed");
        const over = signal?.aborted || client.reason?.code === "closed";
        const resumable = interrupted.has(fault.code) || (begun && missing.has(fault.code));
        if (over || !resumable || clock.now() - since > GIVE_UP) throw fault;
      }
      await Promise.race([aborted, new Promise<void>((resolve) => clock.after(PAUSE, resolve))]);
    }
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

class Transfer<C> {
  readonly #id = hexOf(crypto.getRandomValues(new Uint8Array(16)));
  readonly #client: Client<C>;
  readonly #whom: string | number;
  readonly #file: FileSource;
  readonly #options: SendFileOptions;
  #hash = new Sha256();
  #hashed = 0;

  constructor(client: Client<C>, whom: string | number, file: FileSource, options: SendFileOptions) {
    this.#client = client;
    this.#whom = whom;
    this.#file = file;
    this.#options = options;
  }

  async attempt(progress: () => void): Promise<SentFile> {
    const { size, type } = this.#file;
    const { name = this.#file.name ?? "", signal } = this.#options;
    this.#check();
    const meta = { file: { id: this.#id, name, type, size } };
    const { writable, reply } = await openStream(this.#client, this.#whom, meta);
    const writer = writable.getWriter();
    // The writes reject with the same error; this promise must not become an unhandled rejection.
    writer.closed.catch(() => {});
    const abort = () => void writer.abort(signal?.reason).catch(() => {});
    signal?.addEventListener("abort", abort);
    try {
      this.#check();
      const offset = Math.min(Math.max(0, numberFrom(reply.offset) ?? 0), size);
      await this.#catchUp(offset);
      for (let at = offset; at < size; at += CHUNK) {
        const bytes = await this.#read(at);
        this.#hash.update(bytes);
        this.#hashed = at + bytes.length;
        await writer.write(bytes);
        progress();
        this.#options.onProgress?.(this.#hashed);
        this.#check();
      }
      const digest = this.#digest();
      await writer.write(digest);
      await writer.close();
      return { size, sha256: hexOf(digest) };
    } catch (error) {
      if (signal?.aborted || !(error instanceof Fault)) abort();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** The hash covers the whole file, so it must include what the receiver already has. */
  async #catchUp(offset: number): Promise<void> {
    if (offset < this.#hashed) {
      this.#hash = new Sha256();
      this.#hashed = 0;
    }
    while (this.#hashed < offset) {
      const bytes = (await this.#read(this.#hashed)).subarray(0, offset - this.#hashed);
      this.#hash.update(bytes);
      this.#hashed += bytes.length;
    }
  }

  async #read(at: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(await this.#file.slice(at, Math.min(at + CHUNK, this.#file.size)).arrayBuffer());
    if (bytes.length === 0) throw ownFault("failed", "The file became shorter while it was being sent.");
    return bytes;
  }

  #digest(): Uint8Array {
    const digest = this.#hash.digest();
    // digest() cannot be continued, so another attempt reads the file again.
    this.#hash = new Sha256();
    this.#hashed = 0;
    return digest;
  }

  #check(): void {
    const { signal } = this.#options;
    if (signal?.aborted) throw ownFault("aborted", undefined, signal.reason);
  }
}
