import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SESSION_ID_END } from "@achex/protocol";

/** Stores the last id, so that ids do not repeat after a restart. */
export interface SessionIdStore {
  load(): number;
  save(end: number): void;
}

/** Ids are reserved in blocks: a connect needs no write, and a crash wastes at most one block. */
const BLOCK_SIZE = 10_000;
/** Ids assigned until a store that failed is tried again. */
const RETRY_AFTER = 1_000;

/** Counts up from 1, below 2^31, never lower after a restart (PROTOCOL.md K1). */
export class SessionIds {
  private last: number;
  private reserved: number;

  /** `onSaveError` reports why the store failed. Clients are accepted all the same: a full disk is no reason to reject them. */
  constructor(
    private readonly store: SessionIdStore,
    private readonly onSaveError: (error: unknown) => void,
  ) {
    this.last = store.load();
    this.reserved = this.last;
  }

  /** undefined once every id has been used; only a new data folder helps then. */
  next(): number | undefined {
    if (this.last + 1 >= SESSION_ID_END) return undefined;
    if (this.last >= this.reserved) {
      const end = Math.min(this.last + BLOCK_SIZE, SESSION_ID_END);
      this.reserved = this.save(end) ? end : this.last + RETRY_AFTER;
    }
    return ++this.last;
  }

  /** Returns the ids that were reserved and not used. */
  close(): void {
    this.save(this.last);
  }

  private save(end: number): boolean {
    try {
      this.store.save(end);
      return true;
    } catch (error) {
      this.onSaveError(error);
      return false;
    }
  }
}

/** Keeps the last session id in a file of the data folder. Written as a new file and renamed, so a crash leaves no half number. */
export function sessionIdFile(folder: string): SessionIdStore {
  const path = join(folder, "last-session-id");
  return {
    load() {
      let text: string;
      try {
        text = readFileSync(path, "utf8").trim();
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
        throw error;
      }
      if (!/^\d{1,10}$/.test(text))
        throw new Error(`${path} should hold one whole number; delete it to count from 1 again`);
      return Number(text);
    },
    save(end) {
      writeFileSync(`${path}.new`, `${end}\n`);
      renameSync(`${path}.new`, path);
    },
  };
}
