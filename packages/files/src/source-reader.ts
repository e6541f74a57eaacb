import type { Bytes } from "./bytes.ts";
import type { Cipher } from "./cipher.ts";
import { CHUNK, sealRecord } from "./records.ts";
import { SourceHash } from "./source-hash.ts";
import type { CreateHasher, MarkStore, Source } from "./storage.ts";
import { reasonOf } from "./transfer.ts";

/** Bytes read, hashed and sealed at a time: two of these are in memory. */
const SLICE = 1024 * 1024;

/** The file to be sent cannot be read. */
export class SourceFailed extends Error {}

interface SourceReaderOptions {
  readonly sources: readonly Source[];
  readonly createHasher: CreateHasher;
  readonly marks: MarkStore;
}

async function reading<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new SourceFailed(`The file cannot be read: ${reasonOf(error)}`);
  }
}

/** Makes records of the files of a transfer, from any point on, and their hashes. */
export class SourceReader {
  readonly #options: SourceReaderOptions;
  readonly #list: string;
  #file = -1;
  #source: Source | undefined;
  #hash: SourceHash | undefined;
  #offset = 0;

  constructor(options: SourceReaderOptions, list: string) {
    this.#options = options;
    this.#list = list;
  }

  async seek(file: number, offset: number): Promise<void> {
    const { sources, createHasher, marks } = this.#options;
    if (this.#file !== file || !this.#hash) {
      this.close();
      this.#source = sources[file];
      if (!this.#source) throw new SourceFailed("The file is missing.");
      this.#hash = await SourceHash.open(this.#source, createHasher, marks, this.#list, file);
      this.#file = file;
    }
    this.#offset = offset;
    await reading(this.#hash.seek(offset));
  }

  /** Records up to the next multiple of a slice, or to the end of the file; and where they end. */
  async next(cipher: Cipher): Promise<{ readonly records: readonly Bytes[]; readonly end: number }> {
    const [file, source, hash, from] = [this.#file, this.#source, this.#hash, this.#offset];
    if (!source || !hash) throw new SourceFailed("The file is missing.");
    const end = Math.min(source.size, (Math.floor(from / SLICE) + 1) * SLICE);
    this.#offset = end;
    const bytes = await reading(source.read(from, end));
    if (bytes.length !== end - from) throw new SourceFailed("The file became shorter while it was being sent.");
    const chunks = Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, at) =>
      sealRecord(cipher, { file, chunk: from / CHUNK + at }, bytes.slice(at * CHUNK, (at + 1) * CHUNK)),
    );
    const [records] = await Promise.all([Promise.all(chunks), hash.add(bytes)]);
    return { records, end };
  }

  async digest(): Promise<Bytes> {
    if (!this.#hash) throw new SourceFailed("The file is missing.");
    const digest = await this.#hash.digest();
    this.#file = -1;
    return digest;
  }

  close(): void {
    this.#hash?.close();
    this.#hash = undefined;
    this.#file = -1;
  }

  /** The file may have changed, so what is known of its hash is void. */
  async forget(file: number): Promise<void> {
    const { marks } = this.#options;
    if (this.#file === file) this.close();
    await marks.save(this.#list, file, []).catch(() => {});
  }
}
