import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Asset, Encoding } from "@achex/server/assets";
import { contentHash, type SiteFile } from "./site-file.ts";

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** Only developers load source maps, which are larger than everything else together: not worth the time of the best compression. */
const MAP_QUALITY = 5;

const encoders = {
  br: (body: Uint8Array, path: string) =>
    brotli(body, {
      params: {
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        ...(path.endsWith(".map") && { [constants.BROTLI_PARAM_QUALITY]: MAP_QUALITY }),
      },
    }),
  gzip: (body: Uint8Array) => deflate(body, { level: 9 }),
};

/** Formats that are compressed already. */
const COMPRESSED = /^(?:image\/(?:webp|png)|font\/woff2|application\/gzip)/;
const names = ["br", "gzip"] as const;

/** A stored file. Its bodies are files named by its hash, next to the list of entries. */
export interface Entry {
  readonly path: string;
  readonly type: string;
  readonly hash: string;
  readonly encodings: readonly Encoding["name"][];
  readonly immutable: boolean;
  readonly shared: boolean;
  readonly policy?: string;
}

const LIST = "files.json";

/** Writes a file without compressing it. */
export async function storeFile(folder: string, { body, source: _, ...traits }: SiteFile): Promise<Entry> {
  const hash = contentHash(body);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, hash), body);
  return { ...traits, hash, encodings: [] };
}

async function compress(folder: string, entry: Entry): Promise<Entry> {
  if (COMPRESSED.test(entry.type)) return entry;
  const body = await readFile(join(folder, entry.hash));
  const encodings: Encoding["name"][] = [];
  for (const name of names) {
    const encoded = await encoders[name](body, entry.path);
    // A small gain does not justify a second representation in every cache.
    if (encoded.length > body.length * 0.9) continue;
    await writeFile(join(folder, `${entry.hash}.${name}`), encoded);
    encodings.push(name);
  }
  return { ...entry, encodings };
}

/** Adds the compressed forms of stored files. The list is written last, which marks the folder as complete. */
export async function completeStore(folder: string, entries: readonly Entry[]): Promise<void> {
  const compressed = await Promise.all(entries.map((entry) => compress(folder, entry)));
  await writeFile(join(folder, LIST), JSON.stringify(compressed, null, 2));
}

const bytes = async (path: string) => new Uint8Array(await readFile(path));

export async function loadFile(folder: string, { hash, encodings, ...entry }: Entry): Promise<[string, Asset]> {
  const { path, ...traits } = entry;
  const packed = encodings.map(async (name) => ({ name, body: await bytes(join(folder, `${hash}.${name}`)) }));
  // Awaited together: after the first missing file the caller removes the folder, and the other reads would reject unhandled.
  const [body, ...packages] = await Promise.all([bytes(join(folder, hash)), ...packed]);
  return [path, { ...traits, hash, body, encodings: packages }];
}

/** The files of a finished build, by path. Rejects if there is no complete folder. */
export async function loadFiles(folder: string): Promise<Map<string, Asset>> {
  const entries: Entry[] = JSON.parse(await readFile(join(folder, LIST), "utf8"));
  return new Map(await Promise.all(entries.map((entry) => loadFile(folder, entry))));
}
