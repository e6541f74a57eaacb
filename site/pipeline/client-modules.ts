import { join } from "node:path";
import type { BuildOutput, BunPlugin } from "bun";
import { root } from "./bundle.ts";

export type TextFiles = ReadonlyMap<string, string>;

const source = (entry: string) => join(root, `packages/client/src/${entry}.ts`);

/** React Server Components must know which modules run in a browser. */
const directives: Readonly<Record<string, string>> = { react: '"use client";\n' };

/** A source map that names the sources as in the repository, wherever that lies: each build makes the same one. */
function portableMap(text: string, linesBefore: number): string {
  const { debugId: _, ...map }: { debugId?: string; sources: string[]; mappings: string } = JSON.parse(text);
  const sources = map.sources.map((path) => path.replace(/^.*packages\/(\w+)\/src\//, "src/$1/"));
  return `${JSON.stringify({ ...map, sources, mappings: ";".repeat(linesBefore) + map.mappings })}\n`;
}

/** What a build made, as texts; a map that maps nothing is left out. */
async function textsOf({ outputs }: BuildOutput): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  for (const output of outputs) made.set(output.path.replace(/^.*\//, ""), await output.text());
  const files = new Map<string, string>();
  for (const [name, text] of made) {
    if (name.endsWith(".map")) continue;
    const code = text.replace(/\n*\/\/# debugId=[\s\S]*$/, "\n");
    const before = directives[name.replace(/\..*$/, "")] ?? "";
    const map = made.get(`${name}.map`);
    const isMapped = map !== undefined && !map.includes('"sources": [],');
    files.set(name, `${before}${code}${isMapped ? `//# sourceMappingURL=${name}.map\n` : ""}`);
    if (isMapped) files.set(`${name}.map`, portableMap(map, before === "" ? 0 : 1));
  }
  return files;
}

/** ES modules, one for each entry, and what they share. */
export async function esModules(entries: readonly string[]): Promise<TextFiles> {
  return textsOf(
    await Bun.build({
      entrypoints: entries.map(source),
      target: "browser",
      splitting: true,
      sourcemap: "external",
      external: ["react"],
      naming: { entry: "[name].js", chunk: "shared-[hash].js" },
    }),
  );
}

/** The entries' own imports become the one file that holds everything. */
const importFrom = (path: string): BunPlugin => ({
  name: "imports from another file of the package",
  setup(build) {
    build.onResolve({ filter: /^\.\/connect\.ts$/ }, () => ({ path, external: true }));
  },
});

/**
 * CommonJS: `full.cjs` holds everything, and each entry passes on its part. With a copy of its own in each, a Fault of one would be
 * no instance of another's.
 */
export async function commonJs(names: ReadonlyMap<string, readonly string[]>): Promise<TextFiles> {
  const common = { target: "browser", format: "cjs", sourcemap: "external", naming: "[name].cjs" } as const;
  const full = await textsOf(await Bun.build({ ...common, entrypoints: [source("full")] }));
  const react = await textsOf(
    await Bun.build({
      ...common,
      entrypoints: [source("react")],
      external: ["react"],
      plugins: [importFrom("./full.cjs")],
    }),
  );
  const files = new Map([...full, ...react]);
  for (const [entry, exported] of names) {
    if (files.has(`${entry}.cjs`)) continue;
    const lines = exported.map((name) => `exports.${name} = full.${name};\n`);
    files.set(`${entry}.cjs`, `"use strict";\nconst full = require("./full.cjs");\n${lines.join("")}`);
  }
  return files;
}
