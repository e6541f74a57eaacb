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
 * Ids tried for one connection. A longer run of ids in use is only possible if those sessions opened together and stayed open
 * for 2^31 connections. The next connection continues after the run.
 */
const MAX_LOOKED_AT = 100_000;

export interface SessionIdEvents {
  /** Called when the store failed. Clients are still accepted, because they do not depend on a full disk. */
  saveFailed(error: unknown): void;
  /** Called when all ids have been assigned once and counting restarts at 1. */
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

  /** The last id that was given out. */
  get latest(): number {
    return this.last;
  }

  /** Returns the ids that were reserved and not used. */
  settle(): void {
    if (this.save(this.last)) this.reserved = this.last;
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
export function sessionIdFile(folder: string, name = "last-session-id"): SessionIdStore {
  const path = join(folder, name);
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
