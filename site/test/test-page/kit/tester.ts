import { join } from "node:path";
import type { Page } from "playwright-core";

let bundled: Promise<string> | undefined;

async function bundle(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, "in-page.ts")],
    target: "browser",
    format: "iife",
  });
  return (await outputs[0]?.text()) ?? "";
}

/** Puts `window.tester` into the test page; it stays until the page is loaded anew. */
export async function installDriver(page: Page): Promise<void> {
  bundled ??= bundle();
  await page.locator(".client").first().waitFor();
  await page.evaluate(await bundled);
}
