import { basename, join } from "node:path";
import type { BunPlugin } from "bun";
import { contentHash, file, type SiteFile } from "./site-file.ts";

/** The repository. */
export const root = join(import.meta.dir, "..", "..");

export interface ScriptOptions {
  /** From the repository's root. */
  readonly entry: string;
  /** `module` for `<script type="module">`, `classic` for pages that have only `<script src>`. */
  readonly kind: "module" | "classic";
  /** Path of its URL without `.js`. A hash is appended unless it is stable. */
  readonly path: string;
  readonly stable?: boolean;
  readonly shared?: boolean;
  /** Specifiers that are not bundled, and the URLs that replace them. */
  readonly externals?: Readonly<Record<string, string>>;
}

export interface Bundle {
  /** The value for `src` or `href`. */
  readonly path: string;
  readonly files: readonly SiteFile[];
}

const externalImports = (externals: Readonly<Record<string, string>>): BunPlugin => ({
  name: "imports that stay external",
  setup(build) {
    for (const [specifier, path] of Object.entries(externals)) {
      build.onResolve({ filter: new RegExp(`^${specifier}$`) }, () => ({ path, external: true }));
    }
  },
});

/** A script and its source map. */
export async function bundleScript(options: ScriptOptions): Promise<Bundle> {
  const { entry, kind, path, stable = false, shared = false, externals = {} } = options;
  const { outputs } = await Bun.build({
    entrypoints: [join(root, entry)],
    root,
    target: "browser",
    format: kind === "module" ? "esm" : "iife",
    minify: true,
    sourcemap: "external",
    plugins: [externalImports(externals)],
  });
  const textOf = async (wanted: string) => (await outputs.find((output) => output.kind === wanted)?.text()) ?? "";
  const script = (await textOf("entry-point")).replace(/\n*\/\/# debugId=.*\n*$/, "\n");
  const name = stable ? `${path}.js` : `${path}-${contentHash(script)}.js`;
  const traits = { immutable: !stable, shared };
  return {
    path: name,
    files: [
      file(name, "script", `${script}//# sourceMappingURL=${basename(name)}.map\n`, traits),
      file(`${name}.map`, "map", await textOf("sourcemap"), traits),
    ],
  };
}

/** A style sheet with its imports; `path` has no `.css`. */
export async function bundleStyle(entry: string, path: string): Promise<Bundle> {
  const { outputs } = await Bun.build({ entrypoints: [join(root, entry)], target: "browser", minify: true });
  const style = (await outputs[0]?.text()) ?? "";
  const name = `${path}-${contentHash(style)}.css`;
  return { path: name, files: [file(name, "style", style, { immutable: true })] };
}
