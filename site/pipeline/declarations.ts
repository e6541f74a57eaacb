import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./bundle.ts";
import { rollUpDeclarations } from "./declaration-rollup.ts";

const FLAGS = [
  // In several threads the compiler sometimes silently loses a file whose folder another thread is creating.
  "--singleThreaded",
  ...["--declaration", "--emitDeclarationOnly", "--stripInternal", "--ignoreConfig", "--noCheck"],
  ...["--strict", "--exactOptionalPropertyTypes", "--verbatimModuleSyntax", "--allowImportingTsExtensions"],
  ...["--target", "esnext", "--lib", "esnext", "--types", "", "--module", "preserve", "--moduleResolution", "bundler"],
];

/** Declarations from another package are emitted only if that package is included as well. */
const PROTOCOL = join(root, "packages/protocol/src/index.ts");

async function emit(entries: readonly string[], folder: string): Promise<void> {
  const compiler = Bun.fileURLToPath(import.meta.resolve("typescript/package.json"));
  const script = join(dirname(compiler), "bin", "tsc");
  const folders = ["--rootDir", join(root, "packages"), "--outDir", folder];
  const sources = entries.map((entry) => join(root, entry));
  const child = Bun.spawn([process.execPath, script, ...FLAGS, ...folders, ...sources, PROTOCOL], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const [said, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  if (code !== 0) throw new Error(`the declarations of ${entries.join(", ")} cannot be made: ${said.trim()}`);
}

/** A module that passes on everything of several others. */
const TOGETHER = "together.d.ts";

/**
 * The types of each of a package's entries, such as `packages/client/src/index.ts`, in one file without imports; a list of
 * entries gets one file together. All in one go: to start the compiler is what takes the time.
 */
export async function bundleDeclarations(entries: readonly (string | readonly string[])[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "achex-types-"));
  try {
    await emit([...new Set(entries.flat())], folder);
    return entries.map((entry) => {
      const modules = [entry].flat().map((path) => path.replace(/^packages\//, "").replace(/\.ts$/, ".d.ts"));
      const [module = "", ...more] = modules;
      const stars = modules.map((path) => `export * from "./${path.replace(".d.ts", ".ts")}";\n`).join("");
      if (more.length > 0) writeFileSync(join(folder, TOGETHER), stars);
      return rollUpDeclarations(more.length > 0 ? TOGETHER : module, {
        read: (path) => readFileSync(join(folder, path), "utf8"),
        resolve(from, specifier) {
          if (specifier.startsWith(".")) return join(dirname(from), specifier.replace(/\.ts$/, ".d.ts"));
          const [scope, name] = specifier.split("/");
          return scope === "@achex" ? `${name}/src/index.d.ts` : undefined;
        },
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
