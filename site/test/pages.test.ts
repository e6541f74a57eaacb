import { afterAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { readPages } from "../pipeline/render-pages.ts";
import { createBrowser } from "./kit/browser.ts";
import { compressedBytes, largestPaint, overflowing, seriousFindings, unreachable } from "./kit/checks.ts";
import { WIDTHS } from "./kit/chromium.ts";
import { startRelay } from "./kit/relay.ts";

const browser = createBrowser();
const relay = startRelay();
afterAll(() => relay[Symbol.asyncDispose]());

const pages = (await readPages()).map(({ path }) => path);
const KILOBYTE = 1000;
const HEIGHT = 900;
const LARGEST_PAINT_MS = 1000;
const budgetOf = (path: string) => (path === "/test" ? 150 : 60) * KILOBYTE;

const sizes = new Map<string, Promise<number>>();
const sizeOf = (url: string) => {
  const size = sizes.get(url) ?? compressedBytes(url);
  sizes.set(url, size);
  return size;
};

test("every page is looked at", () => {
  expect(pages.length).toBeGreaterThan(12);
  expect(pages).toContain("/protocol");
});

/** The least of three: what else the machine does says nothing about the page. */
async function leastPaint(page: Page): Promise<number> {
  let paint = await largestPaint(page);
  for (let again = 0; again < 2 && paint >= LARGEST_PAINT_MS; again++) {
    await page.reload();
    paint = Math.min(paint, await largestPaint(page));
  }
  return paint;
}

async function overflowsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const one of await overflowing(page)) found.push(`${width}: ${one}`);
  }
  return found;
}

test.each(pages)(
  "%s: no error, no other host, no overflow, all reachable, nothing serious by day or night, at once",
  async (path) => {
    // Colours on their way from one theme to the other would be measured as they pass.
    const options = {
      colorScheme: "light",
      reducedMotion: "reduce",
      viewport: { width: 1440, height: HEIGHT },
    } as const;
    await using opened = await browser.open(relay.http(path), options);
    const { page, errors, requests } = opened;
    const paint = await leastPaint(page);
    expect(await overflowsOf(page)).toEqual([]);
    expect(await seriousFindings(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await seriousFindings(page, ["color-contrast"])).toEqual([]);
    expect(await unreachable(page)).toEqual([]);

    const codes = await page.locator("main code").allTextContents();
    expect(codes.filter((code) => code.includes("localhost:4010"))).toEqual([]);
    const scripts = new Set(requests.filter((url) => new URL(url).pathname.endsWith(".js")));
    const bytes = (await Promise.all([...scripts].map(sizeOf))).reduce((sum, size) => sum + size, 0);
    const foreign = requests.filter((url) => /^https?:/.test(url) && new URL(url).host !== new URL(relay.http()).host);
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
    expect(bytes).toBeLessThan(budgetOf(path));
    expect(paint).toBeLessThan(LARGEST_PAINT_MS);
  },
  60_000,
);
