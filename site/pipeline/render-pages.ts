import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sources } from "../pages/index.ts";
import { type Bundle, bundleScript, bundleStyle, root } from "./bundle.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import { withBreaks, withHeadingIds } from "./html.ts";
import { type PageAssets, renderDocument, type ShellAssets } from "./layout.ts";
import type { Page } from "./page.ts";
import { pictureFiles } from "./pictures.ts";
import { buildSearchIndex } from "./search-index.ts";
import { contentHash, contentTypes, file, type SiteFile } from "./site-file.ts";

/** Every page, in the order of the navigation. */
export async function readPages(): Promise<Page[]> {
  const pages = await Promise.all(
    sources.map(async (load) => {
      const { page } = await load();
      return typeof page === "function" ? page() : page;
    }),
  );
  const paths = pages.map(({ path }) => path);
  const twice = paths.find((path, at) => paths.indexOf(path) !== at);
  if (twice !== undefined) throw new Error(`two pages have the path ${twice}: see site/pages/index.ts`);
  return pages.map((page) => ({ ...page, body: withHeadingIds(page.body) }));
}

/** Bundles each file once, however many pages ask for it. */
function bundler() {
  const made = new Map<string, Promise<Bundle>>();
  const once = (entry: string, make: (entry: string, path: string) => Promise<Bundle>): Promise<Bundle> => {
    const path = `/assets/${entry
      .replace(/^pages\//, "")
      .replace(/\.\w+$/, "")
      .replaceAll("/", "-")}`;
    const bundle = made.get(entry) ?? make(`site/${entry}`, path);
    made.set(entry, bundle);
    return bundle;
  };
  const script = (entry: string, kind: "module" | "classic" = "module") =>
    once(entry, (from, path) => bundleScript({ entry: from, kind, path }));
  return { script, style: (entry: string) => once(entry, bundleStyle), all: () => Promise.all(made.values()) };
}

async function pathsOf(bundles: readonly Promise<Bundle>[]): Promise<string[]> {
  return (await Promise.all(bundles)).map(({ path }) => path);
}

/** The charts of docs/performance.md; there are none before the first measurement. */
async function chartFiles(): Promise<SiteFile[]> {
  const folder = join(root, "bench/results");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".svg"));
  return Promise.all(
    names.map(async (name) => file(`/charts/${name}`, "image", await readFile(join(folder, name), "utf8"))),
  );
}

export interface RenderOptions {
  /** Pages load themselves again when the server has been started anew. */
  readonly reloading: boolean;
}

/** All pages, what they load, and what search knows. */
export async function renderPages({ reloading }: RenderOptions): Promise<SiteFile[]> {
  const pages = await readPages();
  const { script, style, all } = bundler();
  const index = buildSearchIndex(pages);
  const searchIndex = `/assets/search-${contentHash(index)}.json`;
  const [design = "", theme = "", main = ""] = await pathsOf([
    style("design/design.css"),
    script("shell/apply-theme.ts", "classic"),
    script("shell/main.ts"),
  ]);
  const shell: ShellAssets = { style: design, theme, script: main, searchIndex };
  const render = async (page: Page): Promise<SiteFile> => {
    const own = reloading ? ["shell/reload.ts", ...(page.scripts ?? [])] : (page.scripts ?? []);
    const assets: PageAssets = {
      styles: await pathsOf((page.styles ?? []).map(style)),
      scripts: await pathsOf(own.map((entry) => script(entry))),
    };
    const body = withBreaks(page.body);
    const document = page.document ?? renderDocument({ ...page, body }, pages, shell, assets);
    return file(page.path, "page", document, { policy: contentSecurityPolicy(page) });
  };
  const rendered = await Promise.all(pages.map(render));
  const worker = await bundleScript({
    entry: "site/shell/service-worker.ts",
    kind: "classic",
    path: "/sw",
    stable: true,
  });
  const diamond = await readFile(join(root, "site/design/diamond.svg"), "utf8");
  return [
    ...rendered,
    ...(await all()).flatMap(({ files }) => files),
    // It fetches in the name of the pages, and by the policy its own file came with.
    ...worker.files.map((one) => ({ ...one, policy: "default-src 'self'" })),
    ...(await chartFiles()),
    ...pictureFiles(),
    { ...file(searchIndex, "text", index, { immutable: true }), type: contentTypes.map },
    file("/diamond.svg", "image", diamond, { shared: true }),
    file("/favicon.ico", "image", diamond),
  ];
}
