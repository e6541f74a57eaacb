import { basename, dirname, extname } from "node:path";
import type { BuildOutput, BunPlugin } from "bun";
import { contentHash, type SiteFile } from "./site-file.ts";

/** Types of the files that scripts and style sheets may import, by extension. */
const TYPES: Readonly<Record<string, string>> = {
  ".woff2": "font/woff2",
  ".png": "image/png",
  ".webp": "image/webp",
  ".svg": "image/svg+xml; charset=utf-8",
  ".bin": "application/octet-stream",
};
const IMPORTED = /\.(?:woff2|png|webp|svg|bin)$/;

const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\//;

async function assetFrom(path: string): Promise<SiteFile> {
  const body = new Uint8Array(await Bun.file(path).arrayBuffer());
  const extension = extname(path);
  const source = PACKAGE.exec(path)?.[1];
  return {
    path: `/assets/${basename(path, extension)}-${contentHash(body)}${extension}`,
    type: TYPES[extension] ?? "application/octet-stream",
    body,
    immutable: true,
    shared: false,
    ...(source !== undefined && { source }),
  };
}

/** Makes files that a style sheet refers to by url() files of the site. The bundler itself would inline them, which the policy forbids. */
export const assetUrls = (found: SiteFile[]): BunPlugin => ({
  name: "files of style sheets",
  setup(build) {
    build.onResolve({ filter: IMPORTED }, async ({ path, importer }) => {
      const asset = await assetFrom(Bun.resolveSync(path, dirname(importer)));
      found.push(asset);
      return { path: asset.path, external: true };
    });
  },
});

/** Makes an import of such a file its address: `import tiles from "./tiles.png"`. */
export const assetImports = (found: SiteFile[]): BunPlugin => ({
  name: "imports of files",
  setup(build) {
    build.onLoad({ filter: IMPORTED }, async ({ path }) => {
      const asset = await assetFrom(path);
      found.push(asset);
      return { contents: `export default ${JSON.stringify(asset.path)}`, loader: "js" };
    });
  },
});

/**
 * Makes an import of a worker its address: `new Worker(url, { type: "module" })` after `import url from "./worker.ts?worker"`. Workers
 * whose address is not known yet are added to `missing`, because a build cannot run within another one. A worker that compiles WebAssembly
 * has a name that ends in `-wasm.ts`, one that connects to the relay a name that ends in `-client.ts`: its response alone allows that.
 */
export const workerImports = (addresses: ReadonlyMap<string, string>, missing: Set<string>): BunPlugin => ({
  name: "imports of workers",
  setup(build) {
    build.onResolve({ filter: /\?worker$/ }, ({ path, importer }) => ({
      path: Bun.resolveSync(path.replace(/\?worker$/, ""), dirname(importer)),
      namespace: "worker",
    }));
    build.onLoad({ filter: /./, namespace: "worker" }, ({ path }) => {
      const address = addresses.get(path);
      if (address === undefined) missing.add(path);
      return { contents: `export default ${JSON.stringify(address ?? "")}`, loader: "js" };
    });
  },
});

/** The text of an output of that kind. */
export const textOf = async ({ outputs }: BuildOutput, wanted: string): Promise<string> =>
  (await outputs.find((output) => output.kind === wanted)?.text()) ?? "";
