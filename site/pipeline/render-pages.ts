import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sources } from "../pages/index.ts";
import type { BuildStep } from "./build-step.ts";
import { type Bundle, bundleScript, bundleStyle, root } from "./bundle.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import { downloads } from "./documents.ts";
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

/** Bundles each file once, even if many pages use it. */
function createBundler() {
  const bundles = new Map<string, Promise<Bundle>>();
  const delivered = new Set<Promise<Bundle>>();
  const once = (entry: string, make: (entry: string, path: string) => Promise<Bundle>): Promise<Bundle> => {
    const path = `/assets/${entry
      .replace(/^pages\//, "")
      .replace(/\.\w+$/, "")
      .replaceAll("/", "-")}`;
    const bundle = bundles.get(entry) ?? make(`site/${entry}`, path);
    bundles.set(entry, bundle);
    return bundle;
  };
  const script = (entry: string, kind: "module" | "classic" = "module") =>
    once(entry, (from, path) => bundleScript({ entry: from, kind, path }));
  return {
    script,
    style: (entry: string) => once(entry, bundleStyle),
    /** Files bundled since the last call. */
    async newFiles(): Promise<SiteFile[]> {
      const fresh = [...bundles.values()].filter((bundle) => !delivered.has(bundle));
      for (const bundle of fresh) delivered.add(bundle);
      return (await Promise.all(fresh)).flatMap(({ files }) => files);
    },
  };
}

async function pathsOf(bundles: readonly Promise<Bundle>[]): Promise<string[]> {
  return (await Promise.all(bundles)).map(({ path }) => path);
}

const downloadFiles = (): Promise<SiteFile[]> =>
  Promise.all(
    Object.entries(downloads).map(async ([name, path]) => file(path, "text", await readFile(join(root, name), "utf8"))),
  );

async function serviceWorker(): Promise<SiteFile[]> {
  const entry = "site/shell/service-worker.ts";
  const worker = await bundleScript({ entry, kind: "classic", path: "/sw", stable: true });
  // The service worker fetches on behalf of pages, under the policy of its own file.
  return worker.files.map((one) => ({ ...one, policy: "default-src 'self'" }));
}

export interface RenderOptions {
  /** Pages reload themselves after a restart of the server. */
  readonly reloading: boolean;
}

export interface RenderedPages {
  /** Paths of all pages. */
  readonly pages: readonly string[];
  /** Files that every page needs are built together with the home page. */
  readonly steps: readonly BuildStep[];
}

/** Build steps for all pages, their files, and the search index. */
export async function renderPages({ reloading }: RenderOptions): Promise<RenderedPages> {
  const pages = await readPages();
  const { script, style, newFiles } = createBundler();
  const index = buildSearchIndex(pages);
  const searchIndex = `/assets/search-${contentHash(index)}.json`;
  const shellPaths = () =>
    pathsOf([style("design/design.css"), script("shell/apply-theme.ts", "classic"), script("shell/main.ts")]);
  const render = async (page: Page): Promise<SiteFile> => {
    const [design = "", theme = "", main = ""] = await shellPaths();
    const shell: ShellAssets = { style: design, theme, script: main, searchIndex };
    const scripts = reloading ? ["shell/reload.ts", ...(page.scripts ?? [])] : (page.scripts ?? []);
    const assets: PageAssets = {
      styles: await pathsOf((page.styles ?? []).map(style)),
      scripts: await pathsOf(scripts.map((entry) => script(entry))),
    };
    const body = withBreaks(page.body);
    const document = page.document ?? renderDocument({ ...page, body }, pages, shell, assets);
    return file(page.path, "page", document, { policy: contentSecurityPolicy(page) });
  };
  const diamond = await readFile(join(root, "site/design/diamond.svg"), "utf8");
  const shared = async () => [
    { ...file(searchIndex, "text", index, { immutable: true }), type: contentTypes.map },
    file("/diamond.svg", "image", diamond, { shared: true }),
    file("/favicon.ico", "image", diamond),
    ...(await serviceWorker()),
    ...pictureFiles(),
    ...(await downloadFiles()),
  ];
  return {
    pages: pages.map(({ path }) => path),
    steps: [
      ...pages.map((page) => ({
        makes: (path: string) => path === page.path,
        build: async () => {
          const document = await render(page);
          // These are stored before the page that loads them.
          return [...(await newFiles()), document];
        },
      })),
      {
        makes: (path) => /^\/(?:sw\.js|monitoring\/|pictures\/|diamond|favicon|assets\/search)/.test(path),
        build: shared,
      },
    ],
  };
}
