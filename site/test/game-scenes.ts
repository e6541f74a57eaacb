import type { Page } from "playwright-core";

/** A picture of a page. */
export interface Scene {
  /** How much larger than the picture the window is: small text needs a small window. */
  readonly zoom: number;
  /** Brings the page into a state worth looking at. */
  set(page: Page, url: (path: string) => string): Promise<void>;
}

/** A page of another player. Not another tab, because hidden tabs draw nothing and are not clicked. */
async function otherPage(page: Page): Promise<Page> {
  const context = await page.context().browser()?.newContext({ reducedMotion: "reduce" });
  if (!context) throw new Error("the browser is closed");
  return context.newPage();
}

/** Opens a room with the given names. Returns the pages of the others. */
async function gather(page: Page, address: string, names: readonly string[]): Promise<Page[]> {
  page.setDefaultTimeout(120_000);
  await page.goto(address);
  await page.getByRole("button", { name: "Create a room" }).click();
  const code = await page.locator(".room-code strong").first().innerText();
  const others: Page[] = [];
  for (const [at, name] of names.entries()) {
    const tab = at === 0 ? page : await otherPage(page);
    if (at > 0) {
      await tab.goto(`${address}?join=${code.trim()}`);
      others.push(tab);
    }
    await tab.getByLabel("Your name").fill(name);
    await tab.getByLabel("Your name").blur();
    await page.getByText(name).first().waitFor();
  }
  return others;
}

/** Pictures of games, by name. */
export const gameScenes: Readonly<Record<string, Scene>> = {
  tap: {
    zoom: 1,
    async set(page, url) {
      const others = await gather(page, url("/demos/tap"), ["Ann", "Bob", "Cid"]);
      const all = [page, ...others];
      for (const one of all) await one.getByRole("button", { name: "I am ready" }).click();
      for (const one of all) await one.locator(".tap .button").waitFor();
      for (const [at, taps] of [14, 9, 17].entries())
        for (let tap = 0; tap < taps; tap++) await all[at]?.locator(".tap .button").click();
      await page.waitForFunction(() => document.querySelectorAll("progress")[2]?.value === 17);
      await page.bringToFront();
    },
  },
};
