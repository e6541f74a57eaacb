import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Asset, Encoding } from "@achex/server/assets";
import { contentHash, type SiteFile } from "./site-file.ts";

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

const encoders = {
  br: (body: Uint8Array) => brotli(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }),
  gzip: (body: Uint8Array) => deflate(body, { level: 9 }),
};
const names = ["br", "gzip"] as const;

/** One line of the list that lies beside the stored bodies. */
interface Entry {
  readonly path: string;
  readonly type: string;
  readonly hash: string;
  readonly encodings: readonly Encoding["name"][];
  readonly immutable: boolean;
  readonly shared: boolean;
  readonly policy?: string;
}

const LIST = "files.json";

async function storeFile(folder: string, { body, ...traits }: SiteFile): Promise<Entry> {
  const hash = contentHash(body);
  const encodings: Encoding["name"][] = [];
  await writeFile(join(folder, hash), body);
  for (const name of names) {
    const encoded = await encoders[name](body);
    // A small gain is not worth a second representation in every cache on the way.
    if (encoded.length > body.length * 0.9) continue;
    await writeFile(join(folder, `${hash}.${name}`), encoded);
    encodings.push(name);
  }
  return { ...traits, hash, encodings };
}

/** Writes files, their compressed forms, and the list of them, which comes last: with it the folder is complete. */
export async function storeFiles(folder: string, files: readonly SiteFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = await Promise.all(files.map((one) => storeFile(folder, one)));
  await writeFile(join(folder, LIST), JSON.stringify(entries, null, 2));
}

const bytes = async (path: string) => new Uint8Array(await readFile(path));

async function loadFile(folder: string, { hash, encodings, ...entry }: Entry): Promise<[string, Asset]> {
  const { path, ...traits } = entry;
  const packed = encodings.map(async (name) => ({ name, body: await bytes(join(folder, `${hash}.${name}`)) }));
  // Waited for together: whoever is told that one file is missing removes the folder, and the other reads fail unheard.
  const [body, ...packages] = await Promise.all([bytes(join(folder, hash)), ...packed]);
  return [path, { ...traits, hash, body, encodings: packages }];
}

/** What storeFiles wrote, by path. Rejects when there is no complete folder. */
export async function loadFiles(folder: string): Promise<Map<string, Asset>> {
  const entries: Entry[] = JSON.parse(await readFile(join(folder, LIST), "utf8"));
  return new Map(await Promise.all(entries.map((entry) => loadFile(folder, entry))));
}
