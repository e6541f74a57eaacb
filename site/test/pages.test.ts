import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { readPages } from "../pipeline/render-pages.ts";
import { createBrowser } from "./kit/browser.ts";
import { accessibilityFindings, compressedBytes, largestPaint, overflowing, unreachable } from "./kit/checks.ts";
import { WIDTHS } from "./kit/chromium.ts";
import { startOrigin } from "./kit/origin.ts";
import { siteComplete, startRelay } from "./kit/relay.ts";

const browser = createBrowser();
const relay = startRelay();
afterAll(() => relay[Symbol.asyncDispose]());

// Until then files are served uncompressed, which is not what is budgeted.
beforeAll(() => siteComplete, 120_000);

const all = await readPages();
const pages = all.map(({ path }) => path);
/** Whole documents are files to copy, kept as short as can be: they have no landmarks. */
const documents = new Set(all.filter(({ document }) => document !== undefined).map(({ path }) => path));
const LANDMARKS = /^(?:landmark-one-main|page-has-heading-one|region) /;
const KILOBYTE = 1000;
const HEIGHT = 900;
const LARGEST_PAINT_MS = 1000;
const budgetOf = (path: string) => (path.startsWith("/demos/") ? 350 : path === "/test" ? 150 : 60) * KILOBYTE;

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

/** An empty page of the same machine and moment: the floor of what any page needs. */
const empty = startOrigin({ "/": "<!doctype html><title>Empty</title><h1>Empty</h1>" });
afterAll(() => empty[Symbol.dispose]());
/** How much of LARGEST_PAINT_MS an empty page takes on a machine that does nothing else. */
const FLOOR_SHARE = 1 / 20;

/** The least of three in milliseconds, on a busy machine in proportion to what an empty page takes there. */
async function fairPaint(page: Page): Promise<number> {
  let paint = await largestPaint(page);
  for (let again = 0; again < 2 && paint >= LARGEST_PAINT_MS; again++) {
    await page.reload();
    paint = Math.min(paint, await largestPaint(page));
  }
  if (paint < LARGEST_PAINT_MS) return paint;
  const { page: other, [Symbol.asyncDispose]: close } = await browser.open(empty.url());
  const slowdown = (await largestPaint(other)) / (LARGEST_PAINT_MS * FLOOR_SHARE);
  await close();
  return paint / Math.max(1, slowdown);
}

/** At each width, in the theme that is set: what reaches beyond the page, and at the first and third what axe finds. */
async function findingsOf(page: Page, rules: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    found.push(...(await overflowing(page)).map((one) => `${one} (at ${width})`));
    if (width !== 360 && width !== 1440) continue;
    const findings = await accessibilityFindings(page, rules);
    if (Array.isArray(findings)) found.push(...findings.map((one: unknown) => `${one} (at ${width})`));
  }
  return found;
}

test.each(pages)(
  "%s: at each width, by day and night, without error, other host, overflow, barrier or delay",
  async (path) => {
    // Colours on their way from one theme to the other would be measured as they pass.
    const options = {
      colorScheme: "light",
      reducedMotion: "reduce",
      viewport: { width: 1440, height: HEIGHT },
    } as const;
    await using opened = await browser.open(relay.http(path), options);
    const { page, errors, requests } = opened;
    const paint = await fairPaint(page);
    const findings = await findingsOf(page, []);
    expect(findings.filter((one) => !(documents.has(path) && LANDMARKS.test(one)))).toEqual([]);
    expect(await unreachable(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await findingsOf(page, ["color-contrast"])).toEqual([]);

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
  180_000,
);
