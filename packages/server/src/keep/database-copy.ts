import type { Database } from "bun:sqlite";
import { closeSync, existsSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { keepPath } from "./database.ts";

/** Bytes of the file that are sent at a time. */
const PIECE_BYTES = 256 * 1024;
const SIDE_FILES = ["-wal", "-shm"];

/** Messages must not be readable by other users. */
const createPrivate = (path: string): void => closeSync(openSync(path, "ax", 0o600));

/** The database as it is now, as a file that is sent in pieces. */
export async function* databaseCopy(database: Database, folder: string): AsyncGenerator<Uint8Array> {
  const path = join(folder, `keep.copy-${crypto.randomUUID()}`);
  try {
    createPrivate(path);
    database.query("vacuum into ?").run(path);
    const file = Bun.file(path);
    for (let at = 0; at < file.size; at += PIECE_BYTES)
      yield new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
  } finally {
    rmSync(path, { force: true });
  }
}

/** Stores a copy that arrives; returns its path. */
export async function receiveCopy(copy: AsyncIterable<Uint8Array>, folder: string): Promise<string> {
  const path = join(folder, "keep.received");
  rmSync(path, { force: true });
  createPrivate(path);
  const writer = Bun.file(path).writer();
  try {
    for await (const piece of copy) {
      writer.write(piece);
      await writer.flush();
    }
    await writer.end();
    return path;
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** Puts a received copy in the place of the database, which nothing may have open. */
export function replaceDatabase(received: string, folder: string): void {
  const path = keepPath(folder);
  for (const suffix of SIDE_FILES) if (existsSync(path + suffix)) rmSync(path + suffix);
  renameSync(received, path);
}
