import { closeSync, existsSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Clock, pause } from "../clock.ts";
import type { CopyOutcome, CopyRequest } from "./copy-thread.ts";
import { keepPath } from "./database.ts";

/** Bytes of the file that are sent at a time. */
const PIECE_BYTES = 256 * 1024;
/** How often a piece without bytes tells the other node that a large database is still being copied. */
const STILL_COPYING_MILLISECONDS = 5_000;
const SIDE_FILES = ["-wal", "-shm"];
const COPY = "keep.copy-";
const RECEIVED = "keep.received";

/** Messages must not be readable by other users. */
const createPrivate = (path: string): void => closeSync(openSync(path, "ax", 0o600));

/** In a thread of its own: 200 MB take more than a second, for which all clients of this node would wait. */
async function copyInThread(request: CopyRequest): Promise<void> {
  const worker = new Worker(new URL("./copy-thread.ts", import.meta.url).href);
  try {
    const outcome = await new Promise<CopyOutcome>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<CopyOutcome>) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(request);
    });
    if (outcome !== undefined) throw new Error(outcome);
  } finally {
    worker.terminate();
  }
}

/** Copies of the database of a folder for other nodes. */
export class DatabaseCopies {
  /** Resolves when the copy before has been sent. */
  private before: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly clock: Pick<Clock, "every">,
  ) {
    // Of a process that ended while it made them.
    for (const name of readdirSync(folder))
      if (name.startsWith(COPY) || name === RECEIVED) rmSync(join(folder, name), { force: true });
  }

  /**
   * The database as a file that is sent in pieces, once `stored` has resolved. One is made at a time, so that all together need as much space
   * on disk as the database.
   */
  async *copy(stored: Promise<void>): AsyncGenerator<Uint8Array> {
    const { before } = this;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.before = promise;
    const path = join(this.folder, `${COPY}${crypto.randomUUID()}`);
    try {
      yield* this.whileWaiting(before);
      yield* this.whileWaiting(stored);
      createPrivate(path);
      yield* this.whileWaiting(copyInThread({ database: keepPath(this.folder), to: path }));
      const file = Bun.file(path);
      for (let at = 0; at < file.size; at += PIECE_BYTES)
        yield new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
    } finally {
      rmSync(path, { force: true });
      resolve();
    }
  }

  private async *whileWaiting(act: Promise<void>): AsyncGenerator<Uint8Array> {
    const done = act.then(() => true);
    while (!(await Promise.race([done, pause(this.clock, STILL_COPYING_MILLISECONDS)]))) yield new Uint8Array(0);
  }
}

/** Stores a copy that arrives; returns its path. */
export async function receiveCopy(copy: AsyncIterable<Uint8Array>, folder: string): Promise<string> {
  const path = join(folder, RECEIVED);
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
