import { SESSION_ID_END } from "@achex/protocol";

/** Where the end of the ids already given out survives a restart. */
export interface SessionIdStore {
  load(): number;
  save(end: number): void;
}

/** Ids are reserved in blocks, so that a crash costs at most one block and a connect costs no write. */
const BLOCK_SIZE = 10_000;
/** Ids given out until a store that failed is tried again. */
const RETRY_AFTER = 1_000;

/** Counts up from 1, below 2^31, never lower after a restart (PROTOCOL.md K1). */
export class SessionIds {
  private last: number;
  private reserved: number;

  /** `unsaved` is told why the store failed: clients are let in all the same, for a full disk is no reason to send them away. */
  constructor(
    private readonly store: SessionIdStore,
    private readonly onSaveError: (error: unknown) => void,
  ) {
    this.last = store.load();
    this.reserved = this.last;
  }

  /** undefined once every id has been used: the data folder is then to be started anew. */
  next(): number | undefined {
    if (this.last + 1 >= SESSION_ID_END) return undefined;
    if (this.last >= this.reserved) {
      const end = Math.min(this.last + BLOCK_SIZE, SESSION_ID_END);
      this.reserved = this.save(end) ? end : this.last + RETRY_AFTER;
    }
    return ++this.last;
  }

  /** Gives back what was reserved and not used. */
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
