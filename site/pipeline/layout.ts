import { escapeHtml } from "./html.ts";
import type { NavGroup, Page } from "./page.ts";

/** Addresses of the files that every page loads. */
export interface ShellAssets {
  readonly style: string;
  /** Script that runs before the first paint. */
  readonly theme: string;
  readonly script: string;
  readonly searchIndex: string;
}

/** Addresses of the additional files of one page. */
export interface PageAssets {
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
}

const GROUPS: readonly { readonly group: NavGroup; readonly label: string }[] = [
  { group: "learn", label: "Learn" },
  { group: "try", label: "Try" },
  { group: "reference", label: "Reference" },
  { group: "operate", label: "Operate" },
];

export const DIAMOND_SVG =
  '<svg class="diamond" viewBox="0 0 32 32" aria-hidden="true"><path fill="currentColor" fill-rule="evenodd" d="M16 1 31 16 16 31 1 16ZM16 8 8 16 16 24 24 16Z"/><path fill="currentColor" d="M16 12 20 16 16 20 12 16Z"/></svg>';

function navigation(current: Page, pages: readonly Page[]): string {
  const menus = GROUPS.map(({ group, label }) => {
    const listed = pages.filter(({ nav }) => nav?.group === group);
    if (listed.length === 0) return "";
    const here = listed.some(({ path }) => path === current.path);
    const items = listed.map(({ path, nav }) => {
      const marked = path === current.path ? ' aria-current="page"' : "";
      return `<li><a href="${path}"${marked}>${escapeHtml(nav?.label ?? path)}</a></li>`;
    });
    return `<details name="site-nav"${here ? ' class="here"' : ""}><summary>${label}</summary><ul>${items.join("")}</ul></details>`;
  });
  return `<nav class="site-nav" aria-label="Pages">${menus.join("")}</nav>`;
}

const header = (
  page: Page,
  pages: readonly Page[],
): string => `<a class="button primary skip" href="#main">Skip to the content</a>
<header class="site-header"><div>
<a class="wordmark" href="/"${page.path === "/" ? ' aria-current="page"' : ""}>${DIAMOND_SVG}Achex</a>
${navigation(page, pages)}
<div class="site-tools">
<button class="button quiet" type="button" id="search-open" aria-haspopup="dialog">Search<kbd>/</kbd></button>
<button class="button quiet" type="button" id="theme-switch"><span class="half" aria-hidden="true"></span><span class="visually-hidden">Colours:</span> <span id="theme-name">Auto</span></button>
</div>
</div></header>`;

const FOOTER = `<footer class="site-footer"><div>
<p>Achex, a WebSocket relay. The relay itself serves this page, which makes no third-party requests.</p>
<ul><li><a href="/glossary">Glossary</a></li><li><a href="/source">Source</a></li><li><a href="/design">Design</a></li><li><a href="/health">Health</a></li><li><a href="/metrics">Metrics</a></li></ul>
</div></footer>`;

const search = (
  index: string,
): string => `<dialog class="search" id="search" aria-label="Search all pages" data-index="${index}">
<form method="dialog" role="search"><input type="search" id="search-words" role="combobox" aria-expanded="false" aria-controls="search-results" aria-autocomplete="list" aria-label="Search all pages" placeholder="Search all pages" autocomplete="off" spellcheck="false"><button class="button small quiet">Close</button></form>
<ul id="search-results" role="listbox" aria-label="Results" hidden></ul>
<p id="search-said" role="status">Search for words in a title, a rule such as <code>K8</code>, a key such as <code>toH</code>, a code such as <code>no-such-name</code>.</p>
</dialog>`;

const pageBody = (page: Page, pages: readonly Page[], shell: ShellAssets): string => `<body>
${header(page, pages)}
<main class="site-main" id="main" tabindex="-1">
${page.body}
</main>
${FOOTER}
${search(shell.searchIndex)}
</body>`;

const appBody = (page: Page): string => `<body class="app">
${page.body}
</body>`;

/** The whole document. The page's scripts are modules, so they run after the document has been parsed. */
export function renderDocument(
  page: Page,
  pages: readonly Page[],
  shell: ShellAssets,
  { styles, scripts }: PageAssets,
): string {
  const title = page.path === "/" ? page.title : `${page.title} · Achex`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(page.description)}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/diamond.svg" type="image/svg+xml">
<script src="${shell.theme}"></script>
${[shell.style, ...styles].map((path) => `<link rel="stylesheet" href="${path}">`).join("\n")}
${[shell.script, ...scripts].map((path) => `<script type="module" src="${path}"></script>`).join("\n")}
</head>
${page.isApp === true ? appBody(page) : pageBody(page, pages, shell)}
</html>
`;
}
