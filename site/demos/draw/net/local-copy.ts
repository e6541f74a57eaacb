import * as v from "valibot";
import type { Batch } from "../rules/logs.ts";
import { batch as batchSchema } from "./messages.ts";

/** Drawings that a browser keeps, the newest first. */
const KEPT = 12;
const DATABASE = "achex-draw";

interface Stored {
  readonly batches: readonly Batch[];
  readonly images: readonly (readonly [hash: string, bytes: Uint8Array<ArrayBuffer>])[];
}

const asPromise = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    for (const name of ["boards", "batches", "images"]) request.result.createObjectStore(name);
  };
  return asPromise(request);
}

const within = (code: string): IDBKeyRange => IDBKeyRange.bound([code], [code, []]);

/**
 * The drawing of one room in this browser, so that a reload does not empty the paper, and what was drawn offline is not lost when the page
 * is closed. Nothing depends on it: without storage, as in some private windows, all methods do nothing.
 */
export class LocalCopy {
  readonly #code: string;
  readonly #database: Promise<IDBDatabase | undefined>;

  constructor(code: string) {
    this.#code = code;
    this.#database = open().catch(() => undefined);
    void this.#write("boards", code, Date.now()).then(() => this.#forget());
  }

  async load(): Promise<Stored> {
    const database = await this.#database;
    if (!database) return { batches: [], images: [] };
    try {
      const read = database.transaction(["batches", "images"]);
      const [batches, images, hashes] = await Promise.all([
        asPromise<unknown[]>(read.objectStore("batches").getAll(within(this.#code))),
        asPromise<unknown[]>(read.objectStore("images").getAll(within(this.#code))),
        asPromise(read.objectStore("images").getAllKeys(within(this.#code))),
      ]);
      return {
        batches: batches.flatMap((one) => (v.is(batchSchema, one) ? [one] : [])),
        images: images.flatMap((bytes, at) => {
          const key = hashes[at];
          return bytes instanceof Uint8Array && Array.isArray(key)
            ? [[String(key[1]), new Uint8Array(bytes)] as const]
            : [];
        }),
      };
    } catch {
      return { batches: [], images: [] };
    }
  }

  keep(batch: Batch): void {
    void this.#write("batches", [this.#code, batch.author, batch.from], batch);
  }

  keepImage(hash: string, bytes: Uint8Array): void {
    void this.#write("images", [this.#code, hash], bytes);
  }

  async #write(store: "boards" | "batches" | "images", key: IDBValidKey, value: unknown): Promise<void> {
    try {
      const database = await this.#database;
      if (database) await asPromise(database.transaction(store, "readwrite").objectStore(store).put(value, key));
    } catch {
      // Full or forbidden: the drawing is still at the others.
    }
  }

  /** Removes the oldest drawings. */
  async #forget(): Promise<void> {
    const database = await this.#database;
    if (!database) return;
    const boards = database.transaction("boards").objectStore("boards");
    const [codes, times] = await Promise.all([asPromise(boards.getAllKeys()), asPromise<unknown[]>(boards.getAll())]);
    const ages = codes.map((code, at) => ({ code: String(code), time: Number(times[at]) }));
    const old = ages.sort((a, b) => b.time - a.time).slice(KEPT);
    for (const { code } of old) {
      const remove = database.transaction(["boards", "batches", "images"], "readwrite");
      remove.objectStore("boards").delete(code);
      remove.objectStore("batches").delete(within(code));
      remove.objectStore("images").delete(within(code));
    }
  }
}
