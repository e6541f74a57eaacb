import { basename, join, relative } from "node:path";
import type { BunPlugin } from "bun";
import { assetImports, assetUrls, textOf, workerImports } from "./bundled-assets.ts";
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
  /** Content-Security-Policy of its response: a worker runs under that of its own file, not of its page. */
  readonly policy?: string;
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

/** The name of a worker's file: like those of pages, from its path. */
const workerPath = (entry: string): string =>
  `/assets/${entry
    .replace(/^site\//, "")
    .replace(/\.\w+$/, "")
    .replaceAll("/", "-")}`;

/** For workers that compile WebAssembly, which no page may. They may neither connect nor load anything. */
const WASM_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";
/** For workers that connect to the relay, and load nothing. */
const CLIENT_POLICY = "default-src 'none'; connect-src 'self'";

/** What a worker may do is in its name. */
const workerPolicy = (source: string): { readonly policy?: string } => {
  if (source.endsWith("-wasm.ts")) return { policy: WASM_POLICY };
  return source.endsWith("-client.ts") ? { policy: CLIENT_POLICY } : {};
};

/** Builds a script; again if it imports workers, which are built in between. */
async function buildScript(options: ScriptOptions, files: SiteFile[], workers = new Map<string, string>()) {
  const { entry, kind, externals = {} } = options;
  const imported: SiteFile[] = [];
  const missing = new Set<string>();
  const output = await Bun.build({
    entrypoints: [join(root, entry)],
    root,
    target: "browser",
    format: kind === "module" ? "esm" : "iife",
    minify: true,
    sourcemap: "external",
    plugins: [externalImports(externals), workerImports(workers, missing), assetImports(imported)],
  });
  if (missing.size === 0) {
    files.push(...imported);
    return output;
  }
  for (const path of missing) {
    const source = relative(root, path);
    const worker = await bundleScript({
      entry: source,
      kind: "module",
      path: workerPath(source),
      ...workerPolicy(source),
    });
    workers.set(path, worker.path);
    files.push(...worker.files);
  }
  return buildScript(options, files, workers);
}

/** A script, its source map, and the files and workers that it imports. */
export async function bundleScript(options: ScriptOptions): Promise<Bundle> {
  const { path, stable = false, shared = false, policy } = options;
  const imported: SiteFile[] = [];
  const output = await buildScript(options, imported);
  const script = (await textOf(output, "entry-point")).replace(/\n*\/\/# debugId=.*\n*$/, "\n");
  const name = stable ? `${path}.js` : `${path}-${contentHash(script)}.js`;
  const traits = { immutable: !stable, shared };
  return {
    path: name,
    files: [
      file(name, "script", `${script}//# sourceMappingURL=${basename(name)}.map\n`, {
        ...traits,
        ...(policy !== undefined && { policy }),
      }),
      file(`${name}.map`, "map", await textOf(output, "sourcemap"), traits),
      ...imported,
    ],
  };
}

/** A style sheet with its imports, and the fonts and pictures that it refers to; `path` has no `.css`. */
export async function bundleStyle(entry: string, path: string): Promise<Bundle> {
  const imported: SiteFile[] = [];
  const { outputs } = await Bun.build({
    entrypoints: [join(root, entry)],
    target: "browser",
    minify: true,
    plugins: [assetUrls(imported)],
  });
  const style = (await outputs[0]?.text()) ?? "";
  const name = `${path}-${contentHash(style)}.css`;
  return { path: name, files: [file(name, "style", style, { immutable: true }), ...imported] };
}
