import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTar } from "nanotar";
import { root } from "./bundle.ts";
import { commonJs, esModules, type TextFiles } from "./client-modules.ts";
import { bundleDeclarations } from "./declarations.ts";
import { withPlatformTypes } from "./platform-types.ts";

/** Modules of the package; `full` is all of them but React's hooks. */
const entries = ["index", "streams", "files", "legacy", "full", "react"] as const;
type Entry = (typeof entries)[number];

const folder = join(root, "packages/client");
const source = (entry: Entry) => `packages/client/src/${entry}.ts`;

interface Exports {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

function exportsOf(declared: string): Exports {
  const found = [...declared.matchAll(/^export (?:declare )?(type|interface|class|function|const) (\w+)/gm)];
  const named = (isValue: boolean) => [
    ...new Set(
      found.filter(([, kind = ""]) => /class|function|const/.test(kind) === isValue).map(([, , name = ""]) => name),
    ),
  ];
  return { values: named(true), types: named(false) };
}

/**
 * Types of all entries are in one file, from which each entry's takes its own: declared twice, a Client of one would not be that of
 * another. A module of CommonJS needs declarations of its own, in `.d.cts` files.
 */
async function declarations(): Promise<{ readonly files: TextFiles; readonly values: Map<string, readonly string[]> }> {
  const [all = "", ...each] = await bundleDeclarations([entries.map(source), ...entries.map(source)]);
  const types = withPlatformTypes(all);
  const files = new Map([
    ["types.d.ts", types],
    ["types.d.cts", types],
  ]);
  const values = new Map<string, readonly string[]>();
  for (const [at, entry] of entries.entries()) {
    const exported = exportsOf(each[at] ?? "");
    values.set(entry, exported.values);
    for (const [declaration, module] of [
      ["d.ts", "js"],
      ["d.cts", "cjs"],
    ]) {
      const from = `from "./types.${module}";\n`;
      const onlyTypes = exported.types.length > 0 ? `export type { ${exported.types.join(", ")} } ${from}` : "";
      files.set(`${entry}.${declaration}`, `export { ${exported.values.join(", ")} } ${from}${onlyTypes}`);
    }
  }
  return { files, values };
}

function manifest(): string {
  const { name, version, description, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const conditions = (entry: Entry) => ({
    import: { types: `./${entry}.d.ts`, default: `./${entry}.js` },
    require: { types: `./${entry}.d.cts`, default: `./${entry}.cjs` },
  });
  const paths = entries.map((entry) => [entry === "index" ? "." : `./${entry}`, conditions(entry)]);
  const written = {
    ...{ name, version, description, license, type: "module", sideEffects: false, engines: { node: ">=20" } },
    // For tools that do not read `exports`.
    ...{ main: "./index.cjs", module: "./index.js", types: "./index.d.ts" },
    exports: { ...Object.fromEntries(paths), "./package.json": "./package.json" },
    peerDependencies: { react: ">=18" },
    peerDependenciesMeta: { react: { optional: true } },
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** Every file of the client library as a package, by its name. */
export async function clientPackage(): Promise<TextFiles> {
  const { files, values } = await declarations();
  return new Map([
    ["package.json", manifest()],
    ["README.md", readFileSync(join(folder, "README.md"), "utf8")],
    ["LICENSE", readFileSync(join(root, "LICENSE"), "utf8")],
    ...(await esModules(entries)),
    ...(await commonJs(values)),
    ...files,
  ]);
}

/** The package as npm installs it; from the same sources always the same bytes, which lockfiles hold the hash of. */
export async function clientTarball(): Promise<Uint8Array<ArrayBuffer>> {
  const files = [...(await clientPackage())].toSorted(([a], [b]) => (a < b ? -1 : 1));
  // The time that npm pack gives every file.
  const attrs = { mtime: Date.UTC(1985, 9, 26, 8, 15), mode: "644" };
  const tar = createTar(files.map(([name, data]) => ({ name: `package/${name}`, data, attrs })));
  return Bun.gzipSync(new Uint8Array(tar), { level: 9 });
}
