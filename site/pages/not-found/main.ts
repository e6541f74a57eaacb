import { searchEngine } from "../../shell/search-index.ts";
import { nearest } from "./nearest.ts";

const MOST = 3;

const titles = new Map<string, string>();
for (const link of document.querySelectorAll<HTMLAnchorElement>(".site-nav a, .site-footer a")) {
  titles.set(link.pathname, link.textContent);
}

const wanted = document.getElementById("wanted");
if (wanted && location.pathname !== "/404") wanted.textContent = location.pathname;

function show(list: HTMLElement, href: string, text: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = text;
  const item = document.createElement("li");
  item.append(link);
  list.append(item);
}

/** Pages with a similar name, and sections that search finds for the words in the address. */
async function suggest(section: HTMLElement, list: HTMLElement): Promise<void> {
  for (const path of nearest(location.pathname, [...titles.keys()], MOST)) show(list, path, titles.get(path) ?? path);
  section.hidden = list.children.length === 0;
  const words = decodeURIComponent(location.pathname)
    .replace(/\.\w+$/, "")
    .replace(/[/_-]+/g, " ");
  const engine = await searchEngine();
  for (const [address, title, heading] of engine.find(words, MOST)) {
    const isShown = [...list.querySelectorAll("a")].some((link) => link.pathname === address);
    if (!isShown) show(list, address, heading === "" ? title : `${title} › ${heading}`);
  }
  section.hidden = list.children.length === 0;
}

const section = document.getElementById("near");
const list = document.getElementById("near-list");
// Without the search index, only similar names are suggested.
if (section && list && location.pathname !== "/404") suggest(section, list).catch(() => {});
