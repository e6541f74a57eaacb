import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { lessonHtml } from "../pages/interactive/source.ts";
import { plainText } from "../pipeline/html.ts";
import { createBrowser } from "./kit/browser.ts";
import { waitForText } from "./kit/files.ts";
import { startRelay } from "./kit/relay.ts";

const browser = createBrowser();
const press = (page: Page, step: string) => page.click(`[data-step="${step}"]`);
const said = (page: Page, text: string) => waitForText(page, "#said li", text);

async function loggedIn(page: Page): Promise<void> {
  await press(page, "log-in");
  await said(page, "Logged in as");
  await press(page, "join");
  await said(page, "members of the lobby:");
}

test("every line that is shown runs, and lights up, once somebody has joined and left (R10 to R14, R20)", async () => {
  await using relay = startRelay();
  await using opened = await browser.open(relay.http("/examples/interactive"));
  const { page } = opened;
  expect(await page.locator("[data-step]:enabled").count()).toBe(1);
  await loggedIn(page);
  const name = await page.inputValue("#name");

  await using other = await browser.open(relay.http("/examples/interactive"));
  await loggedIn(other.page);
  await said(page, ") joined");
  expect(await page.textContent("#members")).toMatch(/^guest-\d+ \(session \d+\), guest-\d+ \(session \d+\)$/);

  await page.fill("#msg", "<b>hello</b>");
  await press(page, "to-name");
  await said(page, `${name} (session`);
  await press(page, "to-session");
  await said(page, "to session: <b>hello</b>");
  await press(page, "to-broadcast");
  await said(other.page, "to broadcast: <b>hello</b>");
  await press(page, "to-hub");
  await said(other.page, "to hub: <b>hello</b>");
  await press(page, "latency");
  await said(page, "Round trip:");
  await press(other.page, "leave");
  await said(page, ") left");
  await press(page, "leave");
  await waitForText(page, "#state", "logged out");

  expect(await page.locator(".source-line.ran").count()).toBeGreaterThan(25);
  expect(await page.locator("[data-line]:not(.ran)").allTextContents()).toEqual([]);
  await page.waitForFunction(() => document.querySelectorAll(".lit").length === 0);
  expect([...opened.errors, ...other.errors]).toEqual([]);
});

test("what is refused is told in the words of the relay (R7, R11)", async () => {
  await using relay = startRelay();
  await using opened = await browser.open(relay.http("/examples/interactive"));
  const { page } = opened;
  await press(page, "log-in");
  await said(page, "Logged in as");
  await page.fill("#to", "nobody-here");
  await press(page, "to-name");
  await said(page, "no-such-name:");
  await page.fill("#session", "what?");
  await press(page, "to-session");
  await page.locator("#said .bad").nth(1).waitFor();
  expect(opened.errors).toEqual([]);
});

test("the source that is shown is the file that runs, without the marks that light it", async () => {
  const source = await Bun.file(`${import.meta.dir}/../pages/interactive/lesson.ts`).text();
  const shown = plainText(lessonHtml(source).replace(/<\/?span[^>]*>/g, ""));
  const unmarked = source.replace(/^\s*at\(.*\);\n/gm, "").replace(/^import \{ at \}.*\n/m, "");
  expect(shown).toBe(unmarked.replace(/\s+/g, " ").trim());
  const marks = [...source.matchAll(/^\s*at\("([\w-]+)"\);$/gm)].map(([, mark]) => mark);
  expect(new Set(marks).size).toBe(marks.length);
  expect(shown).not.toContain('at("');
});
