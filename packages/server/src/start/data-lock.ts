import { Database } from "bun:sqlite";
import { join } from "node:path";

/** A data folder that is locked by this process. */
export interface DataLock {
  release(): void;
}

const isLocked = (error: unknown) => error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";

/**
 * Locks the folder for one relay: two that counted session ids in the same file would give some of them twice. Uses SQLite's
 * lock on an empty file, which is one of the operating system and so ends with the process, however that ends.
 */
export function lockData(folder: string): DataLock {
  const database = new Database(join(folder, "achex.lock"));
  try {
    database.run("pragma busy_timeout = 0");
    database.run("begin exclusive");
  } catch (error) {
    database.close();
    if (!isLocked(error)) throw error;
    throw new Error("another relay is using it; stop that relay, or use a separate folder for each with --data");
  }
  return { release: () => database.close() };
}
