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

/**
 * Ids looked at for one connection. Sessions can only hold a long run of ids when most of them opened at once and stayed for
 * 2^31 connections; the next connection goes on behind this run.
 */
const MAX_LOOKED_AT = 100_000;

export interface SessionIdEvents {
  /** The store failed. Clients are accepted all the same: a full disk is no reason to reject them. */
  saveFailed(error: unknown): void;
  /** All ids have been assigned once, and counting begins at 1 again. */
  startedOver(): void;
}

/** Counts up from 1, below 2^31 and never lower after a restart; then it starts over and leaves out ids in use (PROTOCOL.md K1, K1a). */
export class SessionIds {
  private last: number;
  private reserved: number;

  constructor(
    private readonly store: SessionIdStore,
    private readonly events: SessionIdEvents,
  ) {
    this.last = store.load();
    this.reserved = this.last;
  }

  /** The next id that is not in use; undefined when none of the next 100,000 is free. */
  next(isUsed: (id: number) => boolean): number | undefined {
    for (let looked = 0; looked < MAX_LOOKED_AT; looked++) {
      const id = this.advance();
      if (!isUsed(id)) return id;
    }
    return undefined;
  }

  private advance(): number {
    if (this.last + 1 >= SESSION_ID_END) {
      this.last = 0;
      this.reserved = 0;
      this.events.startedOver();
    }
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
      this.events.saveFailed(error);
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
        throw new Error(`${path} must contain one whole number; delete it to start from 1 again`);
      return Number(text);
    },
    save(end) {
      writeFileSync(`${path}.new`, `${end}\n`);
      renameSync(`${path}.new`, path);
    },
  };
}
