// The client library as a package for projects elsewhere: plain ES modules with types, and nothing it depends on.
//   node tools/bun.mjs tools/client-package.ts FOLDER && npm install FOLDER
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleDeclarations } from "../site/pipeline/declarations.ts";

const source = join(import.meta.dir, "../packages/client");
/** `full` is all of them in one. */
const entries = ["index", "streams", "files", "legacy", "full"] as const;

/** What an entry exports, by its types in `full.d.ts`; two rolled up apart would each have their own Client. */
function typesOf(declared: string): string {
  const names = [...declared.matchAll(/^export (?:declare )?(type|interface|class|function|const) (\w+)/gm)];
  const listed = (values: boolean) => {
    const found = names.filter(([, kind = ""]) => /class|function|const/.test(kind) === values);
    return [...new Set(found.map(([, , name]) => name))].join(", ");
  };
  const types = listed(false);
  return `export { ${listed(true)} } from "./full.js";\n${types && `export type { ${types} } from "./full.js";\n`}`;
}

/** Writes the package into the folder. */
export async function packClient(folder: string): Promise<void> {
  const { version, description, license } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const { success, logs } = await Bun.build({
    entrypoints: entries.map((entry) => join(source, `src/${entry}.ts`)),
    outdir: folder,
    target: "browser",
    splitting: true,
    naming: { entry: "[name].js", chunk: "[name]-[hash].js" },
  });
  if (!success) throw new AggregateError(logs, "the client cannot be bundled");
  const exports = Object.fromEntries(
    entries.map((entry) => [
      entry === "index" ? "." : `./${entry}`,
      { types: `./${entry}.d.ts`, default: `./${entry}.js` },
    ]),
  );
  const manifest = {
    name: "@achex/client",
    version,
    description,
    license,
    type: "module",
    sideEffects: false,
    exports,
  };
  await Bun.write(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const types = await bundleDeclarations(entries.map((name) => `packages/client/src/${name}.ts`));
  for (const [at, name] of entries.entries()) {
    const declared = types[at] ?? "";
    await Bun.write(join(folder, `${name}.d.ts`), name === "full" ? declared : typesOf(declared));
  }
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new TypeError("Say which folder it shall be written to.");
  await packClient(folder);
}
