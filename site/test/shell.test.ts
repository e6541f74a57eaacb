import { afterAll, expect, test } from "bun:test";
import { redirects } from "../serve/redirects.ts";
import { withAddress } from "../shell/addresses.ts";
import { createBrowser } from "./kit/browser.ts";
import { startRelay } from "./kit/relay.ts";

const browser = createBrowser();
const relay = startRelay();
afterAll(() => relay[Symbol.asyncDispose]());

test("search: / opens it, words find a rule, Enter leads there, Escape closes it", async () => {
  await using opened = await browser.open(relay.http("/demos"));
  const { page, errors } = opened;
  await page.keyboard.press("/");
  await page.keyboard.type("forged stamp K8 nowhere");
  await page.getByText("No matches").waitFor();
  await page.keyboard.press("Escape");
  expect(await page.locator("#search").isVisible()).toBe(false);
  await page.keyboard.press("/");
  await page.keyboard.type("S3");
  await page.locator('#search-results [aria-selected="true"]', { hasText: "S3" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/protocol#S3");
  expect(await page.locator("tr#S3").isVisible()).toBe(true);
  expect(errors).toEqual([]);
}, 60_000);

test("search: / in a field is a slash, and hostile words are words", async () => {
  await using opened = await browser.open(relay.http("/design"));
  const { page, errors } = opened;
  await page.getByRole("textbox", { name: "Name What others" }).press("/");
  expect(await page.locator("#search").isVisible()).toBe(false);
  await page.getByRole("button", { name: "Search" }).click();
  await page.keyboard.type("<img src=x onerror=alert(1)> (.*");
  await page.getByText("No matches").waitFor();
  expect(errors).toEqual([]);
}, 60_000);

test("the switch of the colours goes round, is kept, and holds before anything is painted", async () => {
  await using opened = await browser.open(relay.http("/demos"), { colorScheme: "light" });
  const { page } = opened;
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  const button = page.locator("#theme-switch");
  await button.click();
  expect(await ground()).toBe(light);
  await button.click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.goto(relay.http("/source"), { waitUntil: "commit" });
  await page.waitForSelector("h1");
  expect(await ground()).toBe(dark);
  await page.locator("#theme-switch", { hasText: "Dark" }).click();
  expect(await ground()).toBe(light);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
}, 60_000);

test("menus open by keyboard, and close by Escape and when the focus leaves", async () => {
  await using opened = await browser.open(relay.http("/demos"));
  const { page } = opened;
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
  const menu = page.locator(".site-nav details", { hasText: "Reference" });
  await menu.locator("summary").press("Enter");
  await menu.getByRole("link", { name: "Protocol" }).focus();
  await page.keyboard.press("Escape");
  expect(await menu.getAttribute("open")).toBeNull();
  await menu.locator("summary").press("Enter");
  await page.locator("#search-open").focus();
  expect(await menu.getAttribute("open")).toBeNull();
}, 60_000);

test("on a phone every open menu is within the page", async () => {
  await using opened = await browser.open(relay.http("/source"), { viewport: { width: 360, height: 700 } });
  const { page } = opened;
  for (const menu of await page.locator(".site-nav details").all()) {
    await menu.locator("summary").click();
    const box = await menu.locator("ul").boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
  }
}, 60_000);

test("the contents mark the section that is being read, and keep it in view", async () => {
  await using opened = await browser.open(relay.http("/operating"), { viewport: { width: 1440, height: 700 } });
  const { page, errors } = opened;
  const marked = page.locator(".contents [aria-current]");
  for (const id of ["settings", "health-and-metrics", "encryption"]) {
    await page.evaluate((name) => document.getElementById(name)?.scrollIntoView(), id);
    await page.locator(`.contents a[href="#${id}"][aria-current="true"]`).waitFor();
    expect(await marked.count()).toBe(1);
    expect(
      await marked.evaluate((link) => {
        const list = link.closest("details")?.getBoundingClientRect();
        const { top, bottom } = link.getBoundingClientRect();
        return list !== undefined && top >= list.top && bottom <= list.bottom;
      }),
    ).toBe(true);
  }
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.locator(".contents li:last-child a[aria-current]").waitFor();
  expect(errors).toEqual([]);
}, 60_000);

test.each(["localhost", "relay.test"])(
  "a block of code is copied as %s serves it, also where no clipboard API is",
  async (host) => {
    const address = relay.http("/client").replace("127.0.0.1", host);
    await using opened = await browser.open(address, { permissions: ["clipboard-read", "clipboard-write"] });
    const { page, errors } = opened;
    expect(await page.evaluate(() => isSecureContext)).toBe(host === "localhost");
    const block = page.locator(".copyable").first();
    await block.getByRole("button").click();
    await block.getByRole("button", { name: "Copied" }).waitFor();
    expect(await block.getByRole("button").evaluate((button) => button === document.activeElement)).toBe(true);
    await page.locator("#search-open").click();
    await page.locator("#search-words").press("Control+v");
    const pasted = await page.locator("#search-words").inputValue();
    expect(pasted).toContain(`ws://${host}:${relay.port}`);
    expect(pasted).not.toContain("localhost:4010");
    expect(errors).toEqual([]);
  },
  60_000,
);

test("addresses in code become those of the relay, with the scheme of the page", () => {
  const text = 'connect("ws://localhost:4010/x"); http://localhost:4010/client.js; achex send localhost:4010';
  const plain = { host: "lab:4020", protocol: "http:" };
  expect(withAddress(text, plain)).toBe('connect("ws://lab:4020/x"); http://lab:4020/client.js; achex send lab:4020');
  const secure = { host: "achex.example", protocol: "https:" };
  expect(withAddress(text, secure)).toBe(
    'connect("wss://achex.example/x"); https://achex.example/client.js; achex send wss://achex.example',
  );
});

test("people who ask for nothing are helped on, programs are told in a line", async () => {
  await using opened = await browser.open(relay.http("/protocl?x=<b>"));
  const { page } = opened;
  await page.getByRole("heading", { name: "Page not found" }).waitFor();
  expect(await page.locator("#wanted").textContent()).toBe("/protocl");
  expect(await page.locator("#near-list a").first().getAttribute("href")).toBe("/protocol");
  await page.goto(relay.http("/behind-nginx"));
  await page.locator('#near-list a[href^="/operating#"]').first().waitFor();
  for (const [path, target] of [
    ["/what-are-websockets", "/websockets"],
    ["/Quickstart.html", "/quickstart"],
    ["/client/", "/client"],
  ] as const) {
    await page.goto(relay.http(path));
    expect(page.url()).toBe(relay.http(target));
  }
  const plain = await fetch(relay.http("/protocl"));
  expect(plain.status).toBe(404);
  expect(plain.headers.get("content-type")).toStartWith("text/plain");
}, 60_000);

test("every redirect leads to something that is served, and hides nothing that is", async () => {
  for (const [from, to] of Object.entries(redirects)) {
    const response = await fetch(relay.http(from), { redirect: "manual" });
    expect([from, response.status, response.headers.get("location")]).toEqual([from, 302, to]);
    expect((await fetch(relay.http(to))).status).toBe(200);
  }
}, 60_000);

test("a relay that is away has a page, which leads back when it answers", async () => {
  await using away = startRelay();
  await using opened = await browser.open(away.http("/demos").replace("127.0.0.1", "localhost"));
  const { page } = opened;
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.reload();
  await away.stop();
  await page.reload();
  await page.getByRole("heading", { name: "Relay unreachable" }).waitFor();
  away.start();
  await page.getByRole("heading", { name: "Demos" }).waitFor();
}, 60_000);
