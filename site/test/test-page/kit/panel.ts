import type { Locator, Page } from "playwright-core";

/** One of the clients of the test page, counted from 0. */
export const client = (page: Page, at: number): Locator => page.locator(".client").nth(at);

/** Presses Connect; resolves once it is connected. */
export async function connect(panel: Locator): Promise<void> {
  await panel.getByRole("button", { name: "Connect", exact: true }).click();
  await panel.locator(".badge.good").waitFor();
}

/** Writes a frame into the composer and sends it. */
export async function send(panel: Locator, text: string): Promise<void> {
  await panel.locator("textarea").fill(text);
  await panel.locator("textarea").press("Enter");
}
