// The sizes in docs/client.md, measured.
import { join } from "node:path";
import { fillSection, table } from "./tables.ts";

const source = join(import.meta.dir, "../../packages/client/src");

/** What an import from each entry costs a page, in the order of the guide. */
const entries = [
  ["`@achex/client`", "index", "8.3, in several files"],
  ["`@achex/client/streams`, in addition", "streams", "1.5"],
  ["`@achex/client/files`, in addition, with streams", "files", "3.6"],
  ["`@achex/client/legacy`, in addition", "legacy", "in the core"],
  ["`@achex/client/full`", "full", "11.9"],
] as const;

/** Measured in the same way on 2026-11-26; without streams, files and typed questions, which they do not have. */
const others = [
  ["`partysocket` 1.3.0: a WebSocket that reconnects", "4.1"],
  ["`socket.io-client` 4.8.4", "15.8"],
  ["`centrifuge` 5.8.0", "23.7"],
] as const;

/** Bytes of everything the modules need together, minified and gzipped. */
export async function gzippedSize(...modules: readonly string[]): Promise<number> {
  const code = modules.map((name) => `export * from ${JSON.stringify(join(source, `${name}.ts`))};`).join("\n");
  const { outputs } = await Bun.build({
    entrypoints: ["/entry.ts"],
    files: { "/entry.ts": code },
    minify: true,
    target: "browser",
  });
  return Bun.gzipSync((await outputs[0]?.text()) ?? "", { level: 9 }).length;
}

/** Rounded: the guide need not change with every byte. */
const kilobytes = (bytes: number): string => (bytes / 1_000).toFixed(1);

async function sizeTable(): Promise<string> {
  const core = await gzippedSize("index");
  const rows: string[][] = [];
  for (const [title, module, before] of entries) {
    const added = module === "index" || module === "full";
    const size = added ? await gzippedSize(module) : (await gzippedSize("index", module)) - core;
    rows.push([title, kilobytes(size), before]);
  }
  return table(["import", "kB", "before"], [...rows, ...others.map(([title, size]) => [title, size, ""])]);
}

/** The document with the table as it should be. */
export const clientGuide = async (document: string): Promise<string> =>
  fillSection(document, "sizes", await sizeTable());
