import { bannerFiles } from "../banner/banner-files.ts";
import { bundleScript } from "./bundle.ts";
import { bundleDeclarations } from "./declarations.ts";
import { collectLicences } from "./licences.ts";
import { type RenderOptions, renderPages } from "./render-pages.ts";
import { file, type SiteFile } from "./site-file.ts";

/** The client library, alone and with streams and files: each a file for ever, and the address that leads to the one of today. */
async function clientFiles(): Promise<SiteFile[]> {
  const libraries = [
    { path: "/client", entry: "packages/client/src/index.ts" },
    { path: "/client-full", entry: "packages/client/src/full.ts" },
  ];
  const types = await bundleDeclarations(libraries.map(({ entry }) => entry));
  const made = libraries.map(async ({ path, entry }, at) => {
    const client = await bundleScript({ entry, kind: "module", path, shared: true });
    return [
      ...client.files,
      file(`${path}.js`, "script", `export * from ".${client.path}";\n`, { shared: true }),
      file(`${path}.d.ts`, "text", types[at] ?? "", { shared: true }),
    ];
  });
  return (await Promise.all(made)).flat();
}

/** The two scripts that pages of the old kind load, under the names they know. */
async function legacyFiles(): Promise<SiteFile[]> {
  const entry = "site/legacy/jquery.achex.ts";
  const library = await bundleScript({ entry, kind: "classic", path: "/js/jquery.achex", stable: true, shared: true });
  const jquery = await Bun.file(Bun.fileURLToPath(import.meta.resolve("jquery/dist/jquery.min.js"))).bytes();
  return [...library.files, file("/js/JQ.js", "script", jquery, { shared: true })];
}

/** Everything the relay serves beside frames. */
export async function buildSite(options: RenderOptions): Promise<SiteFile[]> {
  const files = (await Promise.all([clientFiles(), legacyFiles(), bannerFiles(), renderPages(options)])).flat();
  // jQuery is served as it came, without a source map.
  return [...files, file("/licences.txt", "text", await collectLicences(files, ["jquery"]))];
}
