import { bannerFiles } from "../banner/files.ts";
import { bundleScript } from "./bundle.ts";
import { declarationsOf } from "./declarations.ts";
import { file, type SiteFile } from "./file.ts";
import { pageFiles, type RenderOptions } from "./render.ts";

/** The client library, or with streams and files: a file for ever, and the address that leads to the one of today. */
async function clientFiles(entry: string, path: "/client" | "/client-full"): Promise<SiteFile[]> {
  const [client, types] = await Promise.all([
    bundleScript({ entry, kind: "module", path, shared: true }),
    declarationsOf(entry),
  ]);
  return [
    ...client.files,
    file(`${path}.js`, "script", `export * from ".${client.path}";\n`, { shared: true }),
    file(`${path}.d.ts`, "text", types, { shared: true }),
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
  const client = [
    clientFiles("packages/client/src/index.ts", "/client"),
    clientFiles("packages/client/src/full.ts", "/client-full"),
  ];
  return (await Promise.all([...client, legacyFiles(), bannerFiles(), pageFiles(options)])).flat();
}
