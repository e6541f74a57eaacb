import { SESSION_ID_END } from "@achex/protocol";

/** Where the end of the ids already given out survives a restart. */
export interface SessionIdStore {
  load(): number;
  save(end: number): void;
}

/** Ids are reserved in blocks, so that a crash costs at most one block and a connect costs no write. */
const BLOCK = 10_000;

/** Counts up from 1, below 2^31, never lower after a restart (PROTOCOL.md K1). */
export class SessionIds {
  private last: number;
  private reserved: number;

  constructor(private readonly store: SessionIdStore) {
    this.last = store.load();
    this.reserved = this.last;
  }

  /** undefined once every id has been used: the data folder is then to be started anew. */
  next(): number | undefined {
    if (this.last + 1 >= SESSION_ID_END) return undefined;
    if (this.last >= this.reserved) {
      this.reserved = Math.min(this.last + BLOCK, SESSION_ID_END);
      this.store.save(this.reserved);
    }
    return ++this.last;
  }

  /** Gives back what was reserved and not used. */
  close(): void {
    this.store.save(this.last);
  }
}
