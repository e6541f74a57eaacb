// npm run screenshots [-- words a page's path must contain]: every page at each width, light and dark, in build/screenshots.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { readPages } from "../pipeline/render-pages.ts";
import { FLAGS, THEMES, WIDTHS } from "./kit/chromium.ts";
import { startRelay } from "./kit/relay.ts";

const FOLDER = join(import.meta.dir, "../../build/screenshots");
/** Of a window; the picture is as long as the page. CSS pixels. */
const HEIGHT = 900;

async function shoot(browser: Browser, url: (path: string) => string, path: string): Promise<void> {
  const name = path === "/" ? "home" : path.slice(1).replaceAll("/", "-");
  for (const colorScheme of THEMES) {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    for (const width of WIDTHS) {
      // Reloaded, since some pages look at their width when they begin.
      await page.setViewportSize({ width, height: HEIGHT });
      await page.goto(url(path), { waitUntil: "load" });
      await page.screenshot({ path: join(FOLDER, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await context.close();
  }
}

const words = process.argv.slice(2);
const pages = (await readPages()).filter(({ path }) => words.every((word) => path.includes(word)));
await mkdir(FOLDER, { recursive: true });
await using relay = startRelay();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
try {
  for (const { path } of pages) await shoot(browser, relay.http, path);
} finally {
  await browser.close();
}
console.log(`${pages.length * WIDTHS.length * THEMES.length} pictures in build/screenshots`);
