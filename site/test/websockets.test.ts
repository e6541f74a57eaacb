import { expect, test } from "bun:test";
import { createBrowser } from "./kit/browser.ts";
import { waitForText } from "./kit/files.ts";
import { startRelay } from "./kit/relay.ts";

const browser = createBrowser();

test("long polling and WebSocket are measured on this server; a frame is the smaller by far", async () => {
  await using relay = startRelay();
  await using opened = await browser.open(relay.http("/websockets"));
  const { page } = opened;
  await page.click("#race");
  await waitForText(page, "#race-state", "just now");
  const number = async (id: string) => Number.parseFloat((await page.textContent(id)) ?? "");
  for (const id of ["#polling-time", "#socket-time"]) expect(await number(id)).toBeGreaterThan(0);
  // 6 bytes and some 29 of text to the server, 2 and some 50 with the stamp from it.
  expect(await number("#socket-bytes")).toBeWithin(80, 100);
  expect(await number("#polling-bytes")).toBeGreaterThan(8 * (await number("#socket-bytes")));
  expect(await page.getAttribute("#polling-bytes-bar", "width")).toBe("100%");
  for (const part of ["poll", "say"])
    expect(opened.requests.filter((url) => url.includes(`/websockets/${part}/`)).length).toBe(51);
  expect(opened.requests.filter((url) => !url.startsWith(relay.http()))).toEqual([]);
  expect(opened.errors).toEqual([]);
});

test("says so when the server cannot be asked", async () => {
  await using relay = startRelay();
  await using opened = await browser.open(relay.http("/websockets"));
  await relay.stop();
  await opened.page.click("#race");
  await waitForText(opened.page, "#race-state", "Measurement failed:");
  await opened.page.locator("#race:enabled").waitFor();
});

test("every drawing tells in words what it shows", async () => {
  await using relay = startRelay();
  await using opened = await browser.open(relay.http("/websockets"), { javaScriptEnabled: false });
  const { page } = opened;
  const drawings = await page.locator("svg.drawing").count();
  expect(drawings).toBe(3);
  expect(await page.locator("svg.drawing[role=img][aria-labelledby] > title").count()).toBe(drawings);
});
