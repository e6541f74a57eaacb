import type { Page } from "playwright-core";
import { until } from "../../../../../packages/server/test/kit/wait.ts";

/**
 * What a page does on its own: nothing; what the quest asks for; the same, but it stops near the monster of the step and fights nobody; or it
 * strikes that monster once.
 */
export type Order = "rest" | "quest" | "gather" | "touch";

/**
 * Plays in the page, with keys and buttons, ten times per second: commands from outside take seconds on a machine that is busy. It runs in the
 * browser and uses nothing from outside of itself.
 */
function fly(): void {
  const { dataset } = document.body;
  dataset.order = "rest";
  const prey: Readonly<Record<number, string>> = { 3: "Slime", 4: "Old Boar", 5: "Hollow King" };
  const lairs: Readonly<Record<number, readonly [map: string, x: number, y: number]>> = {
    4: ["forest", 72, 9],
    5: ["cave", 46, 7],
  };
  const textOf = (selector: string) => document.querySelector(selector)?.textContent ?? "";
  const press = (type: "keydown" | "keyup", code: string) => window.dispatchEvent(new KeyboardEvent(type, { code }));
  let isStriking = false;
  const strike = (isHeld: boolean) => {
    if (isHeld !== isStriking) press(isHeld ? "keydown" : "keyup", "Space");
    isStriking = isHeld;
  };
  let before = "";
  let number = 1;

  const isNearLair = (place: string): boolean => {
    const [map, x, y] = place.split(" ");
    const lair = lairs[number];
    return lair !== undefined && lair[0] === map && Math.hypot(Number(x) - lair[1], Number(y) - lair[2]) <= 7;
  };
  const talk = (): boolean => {
    if (!document.querySelector(".lf-talk")) return false;
    const choices = [...document.querySelectorAll<HTMLElement>(".lf-choices button")];
    const helps = /How can I help|I will go|Here are|Four slimes|Lay the ember/;
    const choice = choices.find(({ textContent }) => helps.test(textContent ?? ""));
    if (choice) choice.click();
    else for (const type of ["keydown", "keyup"] as const) press(type, "Escape");
    return true;
  };
  const go = (place: string) => {
    const prompt = textOf(".lf-act");
    const isPrey = prompt.includes(`Strike the ${prey[number]}`);
    if (dataset.order === "gather" && isNearLair(place)) {
      // A step aside ends the way.
      if (place !== before) press("keydown", "ArrowLeft");
      requestAnimationFrame(() => requestAnimationFrame(() => press("keyup", "ArrowLeft")));
      dataset.gathered = `${number}`;
      return strike(false);
    }
    strike(isPrey);
    if (isPrey && dataset.order === "touch") dataset.order = "rest";
    else if (prompt.includes("glowcap") && number === 2) {
      strike(true);
      strike(false);
    } else if (!isPrey && place === before) document.querySelector<HTMLElement>(".lf-quest")?.click();
  };

  setInterval(() => {
    const quest = textOf(".lf-quest");
    number = quest.includes("done") ? 6 : Number(/(\d) of 5/.exec(quest)?.[1] ?? number);
    dataset[`step${number}`] ??= `${Date.now()}`;
    const place = document.querySelector<HTMLElement>(".lf-field")?.dataset.place ?? "";
    if (dataset.order === "rest") strike(false);
    else if (!talk() && number < 6) go(place);
    before = place;
  }, 100);
}

export const board = (page: Page): Promise<void> => page.evaluate(fly);

export async function order(pages: readonly Page[], what: Order): Promise<void> {
  for (const page of pages)
    await page.evaluate((text) => {
      document.body.dataset.order = text;
    }, what);
}

/** The step that a page shows, from 1; 6 when the beacon burns. */
export async function stepOf(page: Page): Promise<number> {
  const text = (await page.textContent(".lf-quest")) ?? "";
  return text.includes("done") ? 6 : Number(/(\d) of 5/.exec(text)?.[1]);
}

/** When a page has first shown a step, ms since 1970. */
export const begunAt = async (page: Page, step: number): Promise<number> =>
  Number(await page.getAttribute("body", `data-step${step}`));

/** All pages do what the quest asks for until all have reached that step. */
export async function questUntil(step: number, pages: readonly Page[], milliseconds: number): Promise<void> {
  await order(pages, "quest");
  await Promise.all(
    pages.map(async (page, at) => {
      await until(`page ${at} reaches step ${step}`, async () => (await stepOf(page)) >= step, milliseconds);
      await order([page], "rest");
    }),
  );
}

/** All pages come near the monster of the step, and wait there. */
export async function gather(step: number, pages: readonly Page[], milliseconds: number): Promise<void> {
  await order(pages, "gather");
  for (const page of pages)
    await page.waitForSelector(`body[data-gathered="${step}"]`, { state: "attached", timeout: milliseconds });
}

/** Strikes the monster of the step once. */
export async function touch(page: Page, milliseconds: number): Promise<void> {
  await order([page], "touch");
  await page.waitForSelector("body[data-order=rest]", { state: "attached", timeout: milliseconds });
}
