import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./bundle.ts";
import type { SiteFile } from "./site-file.ts";

const PACKAGE = /node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g;

/** Names of the packages whose code is in the files, according to the source maps, and of those whose files were copied. */
const packagesIn = (files: readonly SiteFile[]): string[] => {
  const maps = files.filter(({ path }) => path.endsWith(".map")).map(({ body }) => new TextDecoder().decode(body));
  const bundled = maps.flatMap((map) => Array.from(map.matchAll(PACKAGE), ([, name = ""]) => name));
  return [...new Set([...bundled, ...files.flatMap(({ source }) => source ?? [])])].toSorted();
};

/** The licence of a package: its file, or the last section of its README, where some have it. */
async function licenceIn(folder: string): Promise<string | undefined> {
  const files = await readdir(folder);
  const file = files.find((one) => /^licen[cs]e/i.test(one));
  if (file !== undefined) return readFile(join(folder, file), "utf8");
  const readme = files.find((one) => /^readme/i.test(one));
  const text = readme === undefined ? "" : await readFile(join(folder, readme), "utf8");
  return /^#+ licen[cs]e\s*$([\s\S]*copyright[\s\S]*)/im.exec(text)?.[1];
}

async function licenceOf(name: string): Promise<string> {
  const folder = join(root, "node_modules", name);
  const licence = await licenceIn(folder);
  if (licence === undefined) throw new Error(`${name} is in the scripts of the site and has no licence to pass on`);
  const { version }: { readonly version: string } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return `${name} ${version}\n\n${licence.trim()}\n`;
}

/** The licence texts that must be distributed with the scripts. */
export async function collectLicences(files: readonly SiteFile[], others: readonly string[]): Promise<string> {
  const own = await readFile(join(root, "LICENSE"), "utf8");
  const theirs = await Promise.all([...new Set([...packagesIn(files), ...others])].map(licenceOf));
  return [`Achex\n\n${own.trim()}\n`, ...theirs].join(`\n${"-".repeat(78)}\n\n`);
}
