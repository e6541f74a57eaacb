import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { decodeNode, encodeNode, UnusableFile } from "./saved-format.ts";
import type { SavedNode } from "./saved-node.ts";

/** The file in the data folder; it exists only between a stop and the next start. */
export const SAVED_SESSIONS = "saved-sessions";

/** What tells the file of the latest stop from an older one. */
export interface SavedCheck {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The last session id that the data folder knows. */
  readonly lastSessionId: number;
  /** Auth mode. */
  readonly auth: string;
  /** Milliseconds a session may be away. */
  readonly window: number;
}

/** Without it a power failure could undo a rename. */
function syncFolder(folder: string): void {
  // Windows cannot open a folder, and syncs renames with the file.
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength; ) done += writeSync(handle, bytes, done);
}

/**
 * Writes the file whole or not at all, and returns its size in bytes when it is on the disk. Throws when it cannot be written,
 * for example because the disk is full.
 */
export function saveSessions(folder: string, node: SavedNode): number {
  const path = join(folder, SAVED_SESSIONS);
  const unfinished = `${path}.new`;
  let size = 0;
  try {
    // It contains messages and hashes of passwords.
    const handle = openSync(unfinished, "w", 0o600);
    try {
      encodeNode(node, (bytes) => {
        writeAll(handle, bytes);
        size += bytes.byteLength;
      });
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(unfinished, path);
    syncFolder(folder);
  } catch (error) {
    // A full disk would stay full.
    rmSync(unfinished, { force: true });
    throw error;
  }
  return size;
}

/** Sessions that were read from the data folder. */
export interface TakenSessions {
  readonly node: SavedNode;
  /** Milliseconds since they were saved; 0 when the clock was set back in between. */
  readonly age: number;
  readonly bytes: number;
  /** Removes the file for good. Must be called before clients can connect. */
  remove(): void;
  /** Undoes the load, because the relay cannot start. */
  putBack(): void;
}

const isMissing = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT";

/**
 * Reads the saved sessions; undefined when there are none. The file is moved aside before it is read: if the relay crashed after
 * loading it, a second load would replay frames that clients have received meanwhile. Throws UnusableFile, and removes the
 * file, when it is damaged, too old, or not of the latest stop.
 */
export function takeSessions(folder: string, check: SavedCheck): TakenSessions | undefined {
  const path = join(folder, SAVED_SESSIONS);
  const aside = `${path}.loading`;
  rmSync(`${path}.new`, { force: true });
  rmSync(aside, { force: true });
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  syncFolder(folder);
  try {
    const file = readFileSync(aside);
    const node = decodeNode(file);
    return {
      node,
      age: ageOf(node, check),
      bytes: file.byteLength,
      remove: () => rmSync(aside, { force: true }),
      putBack: () => renameSync(aside, path),
    };
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

function ageOf({ savedAt, lastSessionId, auth }: SavedNode, check: SavedCheck): number {
  // Session ids have been given out since, so clients have been told that their sessions are gone.
  if (lastSessionId !== check.lastSessionId) throw new UnusableFile("it was not written by the latest run");
  if (auth !== check.auth) throw new UnusableFile(`it was written with --auth ${auth}`);
  // A clock that was set back must not extend a window: it then counts as not having moved.
  const age = Math.max(0, check.time - savedAt);
  if (age > check.window) throw new UnusableFile(`it is ${Math.round(age / 1000)} s old`);
  return age;
}
