// npm run pictures: the screenshots in docs/pictures, which the README and the site show. To be run when a page they show changes.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { PICTURE } from "../pipeline/pictures.ts";
import { applicationScenes } from "./application-scenes.ts";
import { gameScenes, type Scene } from "./game-scenes.ts";
import { instrumentScenes } from "./instrument-scenes.ts";
import { FLAGS, THEMES } from "./kit/chromium.ts";
import { startRelay } from "./kit/relay.ts";
import { streamScenes } from "./stream-scenes.ts";

const FOLDER = join(import.meta.dir, "../../docs/pictures");
const QUALITY = 0.82;

/** What a page is about is below its header and its first words. */
async function showFrom(page: Page, selector: string): Promise<void> {
  await page.addStyleTag({ content: ".site-header { display: none }" });
  await page.evaluate((found) => {
    const top = document.querySelector(found)?.getBoundingClientRect().top ?? 0;
    scrollTo(0, scrollY + top - 24);
  }, selector);
}

/** By the name of the picture. */
const scenes: Readonly<Record<string, Scene>> = {
  ...applicationScenes,
  ...gameScenes,
  ...streamScenes,
  ...instrumentScenes,
  test: {
    zoom: 2,
    async set(page, url) {
      await page.goto(url("/test"));
      for (const at of [1, 0]) {
        const panel = page.locator(".client").nth(at);
        await panel.getByRole("button", { name: "Connect", exact: true }).click();
        await panel.locator(".badge.good").waitFor();
      }
      const panel = page.locator(".client").first();
      const box = panel.getByRole("textbox", { name: /frame/i });
      // The last one shows that a dropped frame is explained.
      for (const [frame, status] of [
        ['{"to":"Bob","msg":"hello"}', "Delivered to 1 client"],
        ['{"joinHub":"lobby"}', "Joined"],
        ['{"To":"Bob","msg":"hi"}', "Dropped"],
      ] as const) {
        await box.fill(frame);
        await panel.getByRole("button", { name: "Send", exact: true }).click();
        await panel.locator(".row.out").filter({ hasText: status }).waitFor();
      }
      await box.fill('{"to":"Bob","msg":"hi"}');
      await showFrom(page, "h1");
    },
  },
  interactive: {
    zoom: 1.8,
    async set(page, url) {
      await page.goto(url("/examples/interactive"));
      await page.fill("#name", "Ann");
      await page.fill("#to", "Ann");
      await page.click('[data-step="log-in"]');
      await page.locator("#state.good").waitFor();
      await page.click('[data-step="join"]');
      await page.locator("#said li", { hasText: "lobby" }).first().waitFor();
      await page.click('[data-step="to-name"]');
      await page.locator("#said li.in").first().waitFor();
      await showFrom(page, ".lesson");
    },
  },
  simple: {
    zoom: 1,
    async set(page, url) {
      const other = await page.context().newPage();
      await other.goto(url("/examples/simple"));
      await page.goto(url("/examples/simple"));
      for (const [who, words] of [
        [other, "Is the board online?"],
        [page, "Yes, it sends 21.5 °C"],
        [other, "Thanks!"],
      ] as const) {
        await who.fill("input", words);
        await who.click("button");
        await page.locator("#chat li", { hasText: words }).waitFor();
      }
      await other.close();
    },
  },
  banner: {
    zoom: 1.5,
    async set(page, url) {
      await page.goto(url("/banner"));
      await showFrom(page, ".banner-part:nth-of-type(2)");
    },
  },
};

/** The browser itself turns its PNG into WebP, a fifth of the size. */
async function asWebp(page: Page, png: Buffer): Promise<Buffer> {
  const data = await page.evaluate(
    async ([source, quality]) => {
      const bitmap = await createImageBitmap(await (await fetch(source)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
      const blob = await canvas.convertToBlob({ type: "image/webp", quality });
      return new Uint8Array(await blob.arrayBuffer()).toBase64();
    },
    [`data:image/png;base64,${png.toString("base64")}`, QUALITY] as const,
  );
  return Buffer.from(data, "base64");
}

async function shoot(browser: Browser, url: (path: string) => string, name: string, scene: Scene): Promise<void> {
  for (const colorScheme of THEMES) {
    const viewport = { width: PICTURE.width * scene.zoom, height: PICTURE.height * scene.zoom };
    const context = await browser.newContext({
      ...{ colorScheme, viewport, deviceScaleFactor: 2 / scene.zoom },
      ...{ reducedMotion: "reduce", bypassCSP: true },
    });
    try {
      const page = await context.newPage();
      await scene.set(page, url);
      // It is the latency of the machine that takes the pictures.
      await page.addStyleTag({ content: ".latency { visibility: hidden }" });
      const png = await page.screenshot();
      const blank = await context.newPage();
      await writeFile(join(FOLDER, `${name}-${colorScheme}.webp`), await asWebp(blank, png));
    } finally {
      await context.close();
    }
  }
}

const words = process.argv.slice(2);
await mkdir(FOLDER, { recursive: true });
await using relay = startRelay({ keep: "hub:chat*" });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
try {
  for (const [name, scene] of Object.entries(scenes)) {
    if (words.length === 0 || words.includes(name)) await shoot(browser, relay.http, name, scene);
  }
} finally {
  await browser.close();
}
