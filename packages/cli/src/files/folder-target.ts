import { constants, existsSync } from "node:fs";
import { copyFile, type FileHandle, link, mkdir, open, rm, unlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { freeName, type HashMark, type IncomingTransfer, type Sink, safePaths, type Target } from "@achex/files";
import { createWasmHasher } from "@achex/files/hasher";
import type { PartialFolders } from "./partial-folder.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A file that is written at its end, and hashed. */
class DiskSink implements Sink {
  offset: number;
  readonly #handle: FileHandle;
  readonly #hasher: Awaited<ReturnType<typeof createWasmHasher>>;

  private constructor(handle: FileHandle, hasher: Awaited<ReturnType<typeof createWasmHasher>>, offset: number) {
    this.#handle = handle;
    this.#hasher = hasher;
    this.offset = offset;
  }

  static async open(path: string, from: HashMark | undefined): Promise<DiskSink> {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const { size } = await handle.stat();
    // Bytes after the mark were written, but their hash is not known.
    const mark = from && size >= from.offset ? from : undefined;
    await handle.truncate(mark?.offset ?? 0);
    return new DiskSink(handle, await createWasmHasher(mark?.state), mark?.offset ?? 0);
  }

  async write(bytes: Bytes): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, this.offset + at);
      at += bytesWritten;
    }
    await this.#hasher.update(bytes);
    this.offset += bytes.length;
  }

  async mark(): Promise<HashMark> {
    await this.#handle.datasync();
    return { offset: this.offset, state: await this.#hasher.save() };
  }

  async finish(): Promise<Bytes> {
    await this.#handle.sync();
    await this.#handle.close();
    return this.#hasher.digest();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Gives a complete file its name, unless something has that name: nothing is ever overwritten. */
async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw error;
    // File systems without hard links.
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
  await unlink(from);
}

/**
 * Writes a transfer into a folder. What it creates at the top is always new, so paths below it cannot lead through links or into folders
 * that were there before.
 */
export class FolderTarget implements Target {
  /** Where the files are, when they are complete. */
  readonly placed: string[] = [];
  readonly #transfer: IncomingTransfer;
  readonly #folders: PartialFolders;
  readonly #paths: readonly string[][];
  #tops: Record<string, string>;

  constructor(transfer: IncomingTransfer, folders: PartialFolders) {
    this.#transfer = transfer;
    this.#folders = folders;
    this.#paths = safePaths(transfer.files.map(({ path }) => path));
    this.#tops = { ...(folders.topsOf(transfer.list) ?? this.#chooseTops()) };
    folders.chooseTops(transfer.list, this.#tops);
  }

  open(file: number, from: HashMark | undefined): Promise<Sink> {
    return DiskSink.open(this.#partial(file), from);
  }

  async verified(file: number): Promise<void> {
    const [top = "file", ...rest] = this.#paths[file] ?? [];
    const modified = this.#transfer.files[file]?.modified ?? 0;
    if (modified > 0) await utimes(this.#partial(file), modified / 1_000, modified / 1_000).catch(() => {});
    let path = join(this.#folders.into, this.#tops[top] ?? top, ...rest);
    if (rest.length > 0) {
      await mkdir(dirname(path), { recursive: true });
      await place(this.#partial(file), path);
    } else {
      // Somebody may have taken the name since it was chosen.
      while (existsSync(path)) path = join(this.#folders.into, this.#free(top));
      await place(this.#partial(file), path);
    }
    this.placed[file] = path;
  }

  async finish(): Promise<void> {}

  discard(): Promise<void> {
    return rm(this.#folders.folderOf(this.#transfer.list), { recursive: true, force: true });
  }

  #partial(file: number): string {
    return join(this.#folders.folderOf(this.#transfer.list), String(file));
  }

  #chooseTops(): Record<string, string> {
    const tops = [...new Set(this.#paths.map(([top = "file"]) => top))];
    return Object.fromEntries(tops.map((top) => [top, this.#free(top)]));
  }

  #free(name: string): string {
    return freeName(name, (one) => existsSync(join(this.#folders.into, one)));
  }
}
