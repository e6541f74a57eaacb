import { bannerFiles } from "../banner/banner-files.ts";
import type { BuildStep } from "./build-step.ts";
import { bundleScript } from "./bundle.ts";
import { clientTarball } from "./client-package.ts";
import { bundleDeclarations } from "./declarations.ts";
import { collectLicences } from "./licences.ts";
import { withPlatformTypes } from "./platform-types.ts";
import { type RenderOptions, renderPages } from "./render-pages.ts";
import { file, type SiteFile } from "./site-file.ts";

/** The client library, alone and with streams and files: each an immutable file, and a stable address that leads to it; and the package. */
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
      file(`${path}.d.ts`, "text", withPlatformTypes(types[at] ?? ""), { shared: true }),
    ];
  });
  const packed = file("/client.tgz", "archive", await clientTarball(), { shared: true });
  return [...(await Promise.all(made)).flat(), packed];
}

/** The two scripts that pages written for achex.ca load, under their original names. */
async function legacyFiles(): Promise<SiteFile[]> {
  const entry = "site/legacy/jquery.achex.ts";
  const library = await bundleScript({ entry, kind: "classic", path: "/js/jquery.achex", stable: true, shared: true });
  const jquery = await Bun.file(Bun.fileURLToPath(import.meta.resolve("jquery/dist/jquery.min.js"))).bytes();
  return [...library.files, file("/js/JQ.js", "script", jquery, { shared: true })];
}

export interface SiteBuild {
  /** Paths of all pages. */
  readonly pages: readonly string[];
  /** The home page first, then the others in the order of the navigation. */
  readonly steps: readonly BuildStep[];
  /** The licences file, which is made from all other files. */
  licences(files: readonly SiteFile[]): Promise<SiteFile>;
}

/** Build steps for everything that the relay serves over plain HTTP. */
export async function openSite(options: RenderOptions): Promise<SiteBuild> {
  const { pages, steps } = await renderPages(options);
  return {
    pages,
    steps: [
      ...steps,
      { makes: (path) => path.startsWith("/client"), build: clientFiles },
      { makes: (path) => path.startsWith("/js/"), build: legacyFiles },
      { makes: (path) => path.startsWith("/banner"), build: bannerFiles },
    ],
    async licences(files) {
      // jQuery is served unchanged, without a source map.
      return file("/licences.txt", "text", await collectLicences(files, ["jquery"]));
    },
  };
}
