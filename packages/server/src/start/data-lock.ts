import { Database } from "bun:sqlite";
import { join } from "node:path";

/** A data folder taken by this process. */
export interface DataLock {
  release(): void;
}

const isLocked = (error: unknown) => error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";

/**
 * Takes the folder for one relay: two that count session ids in one file would give some of them twice. A lock of the
 * operating system, by way of SQLite's on an empty file, so that it ends with the process however that ends.
 */
export function lockData(folder: string): DataLock {
  const database = new Database(join(folder, "achex.lock"));
  try {
    database.run("pragma busy_timeout = 0");
    database.run("begin exclusive");
  } catch (error) {
    database.close();
    if (!isLocked(error)) throw error;
    throw new Error("another relay runs on it; stop that one, or give each a folder of its own with --data");
  }
  return { release: () => database.close() };
}
