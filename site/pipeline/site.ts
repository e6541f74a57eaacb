import { bannerFiles } from "../banner/files.ts";
import { bundleScript } from "./bundle.ts";
import { declarationsOf } from "./declarations.ts";
import { file, type SiteFile } from "./file.ts";
import { licencesOf } from "./licences.ts";
import { pageFiles, type RenderOptions } from "./render.ts";

/** The client library: a file for ever, and the address that leads to the one of today. */
async function clientFiles(): Promise<SiteFile[]> {
  const entry = "packages/client/src/index.ts";
  const [client, types] = await Promise.all([
    bundleScript({ entry, kind: "module", path: "/client", shared: true }),
    declarationsOf(entry),
  ]);
  return [
    ...client.files,
    file("/client.js", "script", `export * from ".${client.path}";\n`, { shared: true }),
    file("/client.d.ts", "text", types, { shared: true }),
  ];
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
  const files = (await Promise.all([clientFiles(), legacyFiles(), bannerFiles(), pageFiles(options)])).flat();
  // jQuery is served as it came, without a source map.
  return [...files, file("/licences.txt", "text", await licencesOf(files, ["jquery"]))];
}
