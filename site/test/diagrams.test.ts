import { afterAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { createBrowser } from "./kit/browser.ts";
import { startRelay } from "./kit/relay.ts";

const browser = createBrowser();
const relay = startRelay();
afterAll(() => relay[Symbol.asyncDispose]());

const scene = (page: Page, id: string) => page.locator(`#scene-${id}`);

test("every step of every diagram can be read without playing it", async () => {
  await using opened = await browser.open(relay.http("/protocol"), { reducedMotion: "reduce" });
  const { page } = opened;
  const wanted = ["greeting", "login", "service", "name-or-session", "broadcast", "hub", "latency"];
  const found = await page.locator(".scene").evaluateAll((all) => all.map(({ id }) => id.replace("scene-", "")));
  expect(found.toSorted()).toEqual(wanted.toSorted());
  const told = await scene(page, "name-or-session").locator(".variant:not([hidden]) li").allTextContents();
  expect(told).toContain('relay → Bob #15, Bob #16, Bob #17:  {"to":"Bob","msg":"all of you","sID":14,"FROM":"Ann"}');
  await scene(page, "hub").getByRole("button", { name: "Step" }).click();
  expect(await scene(page, "hub").locator(".ahead").count()).toBe(0);
}, 60_000);

test("a diagram goes step by step by keyboard, plays, and can be paused", async () => {
  await using opened = await browser.open(relay.http("/protocol"), { heldClock: true });
  const { page, errors } = opened;
  const hub = scene(page, "hub");
  const said = hub.getByRole("status");
  await hub.getByRole("button", { name: "Step" }).focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
  expect(await said.textContent()).toStartWith("step 2 of ");
  await hub.getByRole("button", { name: "Play" }).click();
  expect(await said.textContent()).toStartWith("step 3 of ");
  await page.clock.runFor(1500);
  expect(await said.textContent()).toStartWith("step 4 of ");
  await hub.getByRole("button", { name: "Pause" }).click();
  await page.clock.runFor(10_000);
  expect(await said.textContent()).toStartWith("step 4 of ");
  expect(errors).toEqual([]);
}, 60_000);

test("the switch of the dialects changes diagrams and marks rules", async () => {
  await using opened = await browser.open(relay.http("/protocol"));
  const { page } = opened;
  const variant = scene(page, "login").locator(".variant:not([hidden])");
  expect(await variant.innerText()).toContain('{"auth":"ok"}');
  await page.getByRole("button", { name: "cloud", exact: true }).click();
  expect(await variant.innerText()).toContain('{"auth":"OK","SID":14}');
  expect(await page.locator("tr#C4.chosen").count()).toBe(1);
  expect(await page.locator("tr#K3.other").count()).toBe(1);
  await page.getByRole("button", { name: "achex.2", exact: true }).click();
  expect(await variant.innerText()).toContain('"$result":{"name":"Ann"}');
}, 60_000);
