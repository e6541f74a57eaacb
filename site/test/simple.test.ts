import { expect, test } from "bun:test";
import { createBrowser } from "./kit/browser.ts";
import { waitForText } from "./kit/files.ts";
import { startRelay } from "./kit/relay.ts";

const browser = createBrowser();

test("the simple example is one file of less than 40 lines, served as it lies there", async () => {
  await using relay = startRelay();
  const served = await (await fetch(relay.http("/examples/simple"))).text();
  expect(served).toBe(await Bun.file(`${import.meta.dir}/../pages/simple/simple.html`).text());
  expect(served.trimEnd().split("\n").length).toBeLessThan(40);
  expect(served).not.toContain("src=");
});

test("two windows of the simple example talk; markup arrives as text; the end of the connection is told (K4 to K6)", async () => {
  await using relay = startRelay();
  await using first = await browser.open(relay.http("/examples/simple"));
  await using second = await browser.open(relay.http("/examples/simple"));
  const hostile = "<img src=x onerror=alert(1)>";
  // Its own words come back once it is registered; from then on it hears the other.
  for (const { page } of [first, second]) {
    await page.waitForFunction("socket.readyState === 1");
    await page.fill("input", "here");
    await page.press("input", "Enter");
    await waitForText(page, "#chat li", ": here");
  }
  await first.page.fill("input", hostile);
  await first.page.click("button");
  await waitForText(second.page, "#chat li", hostile);
  expect(await second.page.locator("img").count()).toBe(0);
  await relay.stop();
  await waitForText(second.page, "#chat li", "Disconnected.");
  expect([...first.errors, ...second.errors]).toEqual([]);
});
