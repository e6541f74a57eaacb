import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Source } from "@achex/files";
import { Failure } from "../failure.ts";
import { notice } from "../terminal.ts";

class DiskSource implements Source {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
  readonly #file: string;

  constructor(file: string, path: string, { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }) {
    this.#file = file;
    this.path = path;
    this.size = size;
    this.modified = Math.floor(mtimeMs);
  }

  async read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(await Bun.file(this.#file).slice(from, to).arrayBuffer());
    // Half an old and half a new file would be of use to nobody.
    if (to === this.size) {
      const { size, mtimeMs } = await stat(this.#file);
      if (size !== this.size || Math.floor(mtimeMs) !== this.modified)
        throw new Error(`${this.path} changed while it was being sent`);
    }
    return bytes;
  }
}

async function collect(file: string, path: string, sources: Source[]): Promise<void> {
  const facts = await lstat(file);
  if (facts.isFile()) sources.push(new DiskSource(file, path, facts));
  else if (facts.isDirectory()) {
    const names = (await readdir(file)).toSorted();
    for (const name of names) await collect(join(file, name), `${path}/${name}`, sources);
  } else notice(`${path} is skipped: it is neither a file nor a folder`);
}

/** The files to send: of folders, everything inside, with the name of the folder. Links are skipped, except those that were named. */
export async function sourcesFrom(paths: readonly string[]): Promise<Source[]> {
  const sources: Source[] = [];
  for (const path of paths) {
    const file = resolve(path);
    try {
      const facts = await stat(file);
      if (facts.isFile()) sources.push(new DiskSource(file, basename(file), facts));
      else await collect(file, basename(file), sources);
    } catch (error) {
      throw new Failure(`cannot read ${path}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (sources.length === 0) throw new Failure("there are no files to send: the folder is empty");
  return sources;
}
