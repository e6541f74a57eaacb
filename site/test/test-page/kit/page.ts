import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

let bundled: Promise<string> | undefined;

async function bundle(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, "in-page.ts")],
    target: "browser",
    format: "iife",
  });
  return (await outputs[0]?.text()) ?? "";
}

/** Installs `window.tester` in the test page until it is reloaded. */
export async function installDriver(page: Page): Promise<void> {
  bundled ??= bundle();
  await page.locator(".client").first().waitFor();
  await page.evaluate(await bundled);
}

/** A client panel of the test page, counted from 0. */
export const client = (page: Page, at: number): Locator => page.locator(".client").nth(at);

/** Presses Connect and waits until connected. */
export async function connect(panel: Locator): Promise<void> {
  await panel.getByRole("button", { name: "Connect", exact: true }).click();
  await panel.locator(".badge.good").waitFor();
}

/** Types a frame into the composer and sends it. */
export async function send(panel: Locator, text: string): Promise<void> {
  await panel.locator("textarea").fill(text);
  await panel.locator("textarea").press("Enter");
}
