import type { Bytes, HashMark, Sink, Target } from "@achex/files";
import type { Database } from "./database.ts";
import type { Disk } from "./disk.ts";
import { hasPrivateFiles, removePrivateFile, removeTransferFolder } from "./private-folder.ts";

/** Where a received file is until the user saves it. */
interface Place {
  open(file: number, mark: HashMark | undefined): Promise<Sink>;
  remove(file: number): Promise<void>;
  removeAll(): Promise<void>;
}

/** Bytes that are collected before they become a piece in the database. */
const PIECE = 1024 * 1024;

/** Writes pieces into the database, for pages without a file system. */
class PieceSink implements Sink {
  offset: number;
  readonly #hasher: Awaited<ReturnType<Disk["createHasher"]>>;
  readonly #add: (offset: number, bytes: Bytes) => Promise<void>;
  #waiting: Bytes[] = [];
  #waitingBytes = 0;

  constructor(
    offset: number,
    hasher: Awaited<ReturnType<Disk["createHasher"]>>,
    add: (offset: number, bytes: Bytes) => Promise<void>,
  ) {
    this.offset = offset;
    this.#hasher = hasher;
    this.#add = add;
  }

  async write(bytes: Bytes): Promise<void> {
    await this.#hasher.update(bytes);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.offset += bytes.length;
    if (this.#waitingBytes >= PIECE) await this.#flush();
  }

  async mark(): Promise<HashMark> {
    await this.#flush();
    return { offset: this.offset, state: await this.#hasher.save() };
  }

  async finish(): Promise<Bytes> {
    await this.#flush();
    return this.#hasher.digest();
  }

  async close(): Promise<void> {
    await this.#flush();
    this.#hasher.close?.();
  }

  async #flush(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    const bytes = new Uint8Array(this.#waitingBytes);
    let at = 0;
    for (const part of this.#waiting.splice(0)) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#waitingBytes = 0;
    await this.#add(this.offset - bytes.length, bytes);
  }
}

const databasePlace = (database: Database, disk: Disk, list: string): Place => ({
  async open(file, mark) {
    const isThere = mark !== undefined && (await database.pieces(list, file, mark.offset)).size === mark.offset;
    const from = isThere ? mark : undefined;
    await database.removePieces(list, file, from?.offset ?? 0);
    const hasher = await disk.createHasher(from?.state);
    return new PieceSink(from?.offset ?? 0, hasher, (offset, bytes) => database.addPiece(list, file, offset, bytes));
  },
  remove: (file) => database.removePieces(list, file),
  removeAll: () => database.removePieces(list),
});

const privatePlace = (disk: Disk, list: string): Place => ({
  open: (file, mark) => disk.open(list, file, mark),
  remove: (file) => removePrivateFile(list, file),
  removeAll: () => removeTransferFolder(list),
});

export const placeOf = (database: Database, disk: Disk, list: string): Place =>
  hasPrivateFiles() ? privatePlace(disk, list) : databasePlace(database, disk, list);

/** Takes a transfer into this browser. `verified` returns true for a file that is somewhere else now. */
export const createTarget = (
  place: Place,
  verified: (file: number) => Promise<boolean>,
  finish: () => Promise<void>,
): Target => ({
  open: (file, mark) => place.open(file, mark),
  async verified(file) {
    if (await verified(file)) await place.remove(file);
  },
  finish,
  discard: () => place.removeAll(),
});
