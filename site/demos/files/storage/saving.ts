import { freeName, safePaths } from "@achex/files";
import { downloadZip } from "client-zip";
import type { Database, Received } from "./database.ts";
import { hasPrivateFiles, privateFile } from "./private-folder.ts";

/** How long the browser may take to read what it saves, ms. */
const READING = 60_000;

export const storedFile = (database: Database, list: string, file: number): Promise<Blob> =>
  hasPrivateFiles() ? privateFile(list, file) : database.pieces(list, file);

/** Saves as a download does. The browser copies the bytes; they are not in the memory of the page. */
function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READING);
}

/** The name of what is saved: the file, or an archive with the name of the folder. */
export function savedName({ files }: Pick<Received, "files">): string {
  const paths = safePaths(files.map(({ path }) => path));
  if (paths.length === 1) return paths[0]?.at(-1) ?? "file";
  const tops = new Set(paths.map(([top]) => top));
  return `${tops.size === 1 ? paths[0]?.[0] : "files"}.zip`;
}

/** Saves one file as it is, several as an archive. */
export async function saveReceived(database: Database, received: Received): Promise<void> {
  const { list, files } = received;
  if (files.length === 1) return download(await storedFile(database, list, 0), savedName(received));
  const paths = safePaths(files.map(({ path }) => path));
  async function* entries() {
    for (const [file, path] of paths.entries())
      yield {
        name: path.join("/"),
        input: await storedFile(database, list, file),
        lastModified: new Date(files[file]?.modified || Date.now()),
      };
  }
  return download(await downloadZip(entries()).blob(), savedName(received));
}

async function isThere(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  const found = await Promise.allSettled([folder.getFileHandle(name), folder.getDirectoryHandle(name)]);
  return found.some(({ status }) => status === "fulfilled");
}

/** A folder that the user chose for a transfer. Nothing in it is overwritten: what is created at its top has a free name. */
export class ChosenFolder {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #paths: readonly string[][];
  readonly #tops = new Map<string, string>();

  constructor(folder: FileSystemDirectoryHandle, paths: readonly string[]) {
    this.#folder = folder;
    this.#paths = safePaths(paths);
  }

  async put(file: number, blob: Blob): Promise<void> {
    const path = this.#paths[file] ?? ["file"];
    let folder = this.#folder;
    for (const [depth, name] of path.slice(0, -1).entries())
      folder = await folder.getDirectoryHandle(depth === 0 ? await this.#top(name) : name, { create: true });
    const name = path.length === 1 ? await this.#top(path[0] ?? "file") : (path.at(-1) ?? "file");
    const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await blob.stream().pipeTo(writable);
  }

  async #top(name: string): Promise<string> {
    const known = this.#tops.get(name);
    if (known !== undefined) return known;
    const taken = new Set<string>();
    let free = name;
    while (await isThere(this.#folder, free)) {
      taken.add(free);
      free = freeName(name, (one) => taken.has(one));
    }
    this.#tops.set(name, free);
    return free;
  }
}
