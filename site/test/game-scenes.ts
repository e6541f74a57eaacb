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

/** A game that is played at once, against the computer where that is possible, after some seconds of play. */
const played = (path: string, ready: string, seconds: number, zoom: number): Scene => ({
  zoom,
  async set(page, url) {
    page.setDefaultTimeout(120_000);
    await page.goto(url(`${path}?play`));
    await page.locator(ready).first().waitFor();
    await page.waitForTimeout(seconds * 1_000);
  },
});

type Point = readonly [x: number, y: number];

/** Draws a line with the mouse through points given as shares of the window. */
async function drawLine(page: Page, points: readonly Point[]): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1, height: 1 };
  const [first = [0, 0], ...others] = points.map(([x, y]) => [x * width, y * height] as const);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of others) await page.mouse.move(...point, { steps: 4 });
  await page.mouse.up();
}

/** Straight lines between these points, in steps that a pen would make. */
const path = (corners: readonly Point[]): Point[] =>
  corners.flatMap(([x, y], at) => {
    const [nextX, nextY] = corners[at + 1] ?? [x, y];
    return Array.from({ length: 8 }, (_, step): Point => [x + ((nextX - x) * step) / 8, y + ((nextY - y) * step) / 8]);
  });
const circle = (x: number, y: number, radius: number): Point[] =>
  Array.from({ length: 33 }, (_, at) => {
    const angle = (at / 32) * 2 * Math.PI;
    return [x + radius * Math.cos(angle) * 0.625, y + radius * Math.sin(angle)];
  });
const walls = path([
  [0.26, 0.48],
  [0.26, 0.76],
  [0.46, 0.76],
  [0.46, 0.48],
]);
const roof = path([
  [0.23, 0.5],
  [0.36, 0.26],
  [0.49, 0.5],
  [0.23, 0.5],
]);
const door = path([
  [0.33, 0.76],
  [0.33, 0.6],
  [0.39, 0.6],
  [0.39, 0.76],
]);
const waves = Array.from({ length: 61 }, (_, at): Point => [0.55 + at * 0.006, 0.7 + 0.025 * Math.sin(at * 0.55)]);

/** Draws with the colour of that number. */
async function inkLine(page: Page, color: number, points: readonly Point[]): Promise<void> {
  await page.locator(".draw-colors").last().locator("button, label").nth(color).click();
  await drawLine(page, points);
}

/** Pictures of games, by name. */
export const gameScenes: Readonly<Record<string, Scene>> = {
  pong: played("/demos/pong", "canvas:visible", 6, 1.5),
  rpg: played("/demos/rpg", "canvas:visible", 4, 1.5),
  risk: played("/demos/risk", ".stage svg", 8, 1.8),
  draw: {
    zoom: 1.5,
    async set(page, url) {
      await played("/demos/draw", "canvas:visible", 1, 1).set(page, url);
      const other = await otherPage(page);
      await other.setViewportSize(page.viewportSize() ?? { width: 1080, height: 675 });
      await other.goto(page.url());
      await other.locator("canvas:visible").first().waitFor();
      await inkLine(page, 0, walls);
      await inkLine(page, 1, roof);
      await inkLine(page, 9, door);
      await inkLine(other, 3, circle(0.75, 0.32, 0.1));
      await inkLine(other, 6, waves);
      await page.mouse.move(200, 400);
      await page.waitForTimeout(1_500);
    },
  },
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
