import type { HashMark, MarkStore, OfferedFile, SavedTransfer, TransferStore } from "@achex/files";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** A transfer that was received as a whole and not removed yet. */
export interface Received {
  readonly list: string;
  readonly from: string;
  readonly files: readonly OfferedFile[];
  readonly digests: readonly string[];
}

/** What this page was sending when it was closed. */
export interface Sending {
  readonly list: string;
  readonly code: string;
  readonly peerKey: string;
  readonly peer: string;
  readonly files: readonly OfferedFile[];
  /** Handles by which the files can be read again; empty if the browser has none. */
  readonly handles: readonly FileSystemHandle[];
}

interface Schema extends DBSchema {
  partial: { key: string; value: SavedTransfer };
  marks: { key: [string, number]; value: readonly HashMark[] };
  received: { key: string; value: Received };
  sending: { key: string; value: Sending };
  /** Pieces of files, where a page has no file system: list, file, offset. */
  pieces: { key: [string, number, number]; value: Blob };
}

/** What survives a reload. Everything still works without it, until the page is reloaded. */
export class Database implements TransferStore {
  readonly #opening: Promise<IDBPDatabase<Schema>>;

  constructor() {
    this.#opening = openDB<Schema>("achex-files", 1, {
      upgrade(database) {
        for (const name of ["partial", "marks", "received", "sending", "pieces"] as const)
          database.createObjectStore(name);
      },
    });
    this.#opening.catch(() => {});
  }

  async load(list: string): Promise<SavedTransfer | undefined> {
    return (await this.#opening).get("partial", list);
  }

  async save(transfer: SavedTransfer): Promise<void> {
    await this.#try((database) => database.put("partial", transfer, transfer.list));
  }

  async remove(list: string): Promise<void> {
    await this.#try((database) => database.delete("partial", list));
  }

  readonly marks: MarkStore = {
    load: async (list, file) => (await (await this.#opening).get("marks", [list, file])) ?? [],
    save: (list, file, marks) => this.#try((database) => database.put("marks", marks, [list, file])),
    remove: (list) => this.#try((database) => database.delete("marks", IDBKeyRange.bound([list, 0], [list, 2 ** 32]))),
  };

  async received(): Promise<readonly Received[]> {
    return (await this.#opening).getAll("received").catch(() => []);
  }

  addReceived(one: Received): Promise<void> {
    return this.#try((database) => database.put("received", one, one.list));
  }

  async removeReceived(list: string): Promise<void> {
    await this.#try((database) => database.delete("received", list));
    await this.removePieces(list);
  }

  async sending(): Promise<readonly Sending[]> {
    return (await this.#opening).getAll("sending").catch(() => []);
  }

  addSending(one: Sending): Promise<void> {
    return this.#try((database) => database.put("sending", one, one.list));
  }

  removeSending(list: string): Promise<void> {
    return this.#try((database) => database.delete("sending", list));
  }

  async addPiece(list: string, file: number, offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await (await this.#opening).put("pieces", new Blob([bytes]), [list, file, offset]);
  }

  /** The file as far as it is there, up to that offset. The browser keeps its bytes outside of memory. */
  async pieces(list: string, file: number, end = Number.MAX_SAFE_INTEGER): Promise<Blob> {
    const range = IDBKeyRange.bound([list, file, 0], [list, file, end], false, true);
    return new Blob(await (await this.#opening).getAll("pieces", range));
  }

  async removePieces(list: string, file?: number, from = 0): Promise<void> {
    const end = file === undefined ? [list, 2 ** 32] : [list, file, Number.MAX_SAFE_INTEGER];
    await this.#try((database) => database.delete("pieces", IDBKeyRange.bound([list, file ?? 0, from], end)));
  }

  async #try(use: (database: IDBPDatabase<Schema>) => Promise<unknown>): Promise<void> {
    try {
      await use(await this.#opening);
    } catch {
      // Storage is blocked or full: this is forgotten at a reload.
    }
  }
}
