import { type Bytes, concat } from "./bytes.ts";
import { type Cipher, TAG } from "./cipher.ts";

/** Bytes of a file in one record; the last record of a file has the rest. */
export const CHUNK = 64 * 1024;
/** Chunk number of the record that ends a file: its SHA-256. */
export const DIGEST_CHUNK = 0xffff_ffff;
export const DIGEST_BYTES = 32;
/** File number and chunk number, 4 bytes each, most significant first. */
export const HEADER = 8;
/** The largest record. It must fit into one message of a data channel. */
export const RECORD = HEADER + CHUNK + TAG;

export interface RecordPlace {
  readonly file: number;
  /** Number of the chunk in its file, or DIGEST_CHUNK. */
  readonly chunk: number;
}

/** The number of chunks of a file: an empty file has none. */
export const chunksOf = (size: number): number => Math.ceil(size / CHUNK);

/** Plain bytes of the chunk with that number. */
export const chunkLength = (size: number, chunk: number): number =>
  chunk === DIGEST_CHUNK ? DIGEST_BYTES : Math.min(CHUNK, size - chunk * CHUNK);

/**
 * 3 bytes of 0, file, chunk, and 1 if it is the last record of its file. Each run has a key of its own, so no nonce comes twice; and a record
 * that was left out, moved or sent again cannot be opened.
 */
function nonceOf({ file, chunk }: RecordPlace): Bytes {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(3, file);
  view.setUint32(7, chunk);
  nonce[11] = chunk === DIGEST_CHUNK ? 1 : 0;
  return nonce;
}

export async function sealRecord(cipher: Cipher, place: RecordPlace, plain: Bytes): Promise<Bytes> {
  const header = new Uint8Array(HEADER);
  const view = new DataView(header.buffer);
  view.setUint32(0, place.file);
  view.setUint32(4, place.chunk);
  return concat(header, await cipher.seal(nonceOf(place), plain));
}

export const placeOf = (record: Uint8Array): RecordPlace => {
  const view = new DataView(record.buffer, record.byteOffset, HEADER);
  return { file: view.getUint32(0), chunk: view.getUint32(4) };
};

/** Rejects if the record was changed, or sealed for another place or with another key. */
export const openRecord = (cipher: Cipher, record: Bytes): Promise<Bytes> =>
  cipher.open(nonceOf(placeOf(record)), record.subarray(HEADER));

/** The place of the record that must follow: the next chunk, the digest, or the first record of the next file. */
export function nextPlace({ file, chunk }: RecordPlace, sizes: readonly number[]): RecordPlace {
  if (chunk === DIGEST_CHUNK) return startOf(file + 1, 0, sizes);
  return startOf(file, (chunk + 1) * CHUNK, sizes);
}

/** The place of the record that begins at that byte of the file; `offset` is a multiple of CHUNK, or the size. */
export const startOf = (file: number, offset: number, sizes: readonly number[]): RecordPlace => ({
  file,
  chunk: offset >= (sizes[file] ?? 0) ? DIGEST_CHUNK : Math.floor(offset / CHUNK),
});

/**
 * Cuts the bytes of a stream into records. Their lengths follow from the sizes of the offer, so a hostile sender cannot announce a length.
 * Throws if a record is not the one that must follow.
 */
export class RecordReader {
  readonly #sizes: readonly number[];
  #expected: RecordPlace;
  #rest: Bytes = new Uint8Array();

  constructor(sizes: readonly number[], from: RecordPlace) {
    this.#sizes = sizes;
    this.#expected = from;
  }

  /** The records that are complete with these bytes. */
  add(bytes: Uint8Array): Bytes[] {
    const all = concat(this.#rest, bytes);
    const records: Bytes[] = [];
    let at = 0;
    while (at + HEADER <= all.length) {
      const { file, chunk } = this.#expected;
      const size = this.#sizes[file];
      const place = placeOf(all.subarray(at));
      if (size === undefined || place.file !== file || place.chunk !== chunk)
        throw new Error(`record ${place.file}/${place.chunk} instead of ${file}/${chunk}`);
      const end = at + HEADER + chunkLength(size, chunk) + TAG;
      if (end > all.length) break;
      records.push(all.slice(at, end));
      at = end;
      this.#expected = nextPlace(place, this.#sizes);
    }
    this.#rest = all.slice(at);
    return records;
  }
}
