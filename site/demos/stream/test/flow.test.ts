import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "@achex/client";
import { fullChannel, hubFor, INSTANCE } from "@achex/streaming";
import type { Page } from "playwright-core";
import { LAUNCHER, type Running, start } from "../../../../packages/cli/test/kit/achex.ts";
import { until } from "../../../../packages/server/test/kit/wait.ts";
import { createBrowser, type TestPage } from "../../../test/kit/browser.ts";
import { accessibilityFindings, overflowing, unreachable } from "../../../test/kit/checks.ts";
import { createTestFolder } from "../../../test/kit/files.ts";
import { startRelay, type TestRelay } from "../../../test/kit/relay.ts";

const DESK = { viewport: { width: 1_280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: "dark" } as const;
const CODE = "K7BQ2";
/** Four series, 1,250 rows per second. */
const EVERY = 0.8;
const NAMES = ["count", "negative", "wave", "=formula"] as const;
/** Less than such a stream needs, bytes per second. */
const SLOW = 20_000;

const browser = createBrowser();
const folder = createTestFolder();
let relay: TestRelay;
beforeAll(() => {
  relay = startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

const valuesOf = (row: number): readonly number[] => [
  row,
  -row,
  Math.round(1_000 * Math.sin(row / 400)) / 1_000,
  row % 10,
];

/** A script whose output `achex send --stream` publishes: two minutes of rows. */
function startScript(): Running {
  const address = `127.0.0.1:${relay.port}`;
  const rows = Array.from({ length: 150_000 }, (_, row) => valuesOf(row).join(","));
  const file = folder.save("lab.csv", `${NAMES.join(",")}\n${rows.join("\n")}\n`);
  const args = ["send", address, "--as", "lab", "--stream", CODE, "--every", String(EVERY), "--title", "Lab <b>"];
  // From a file, because a pipe to a process that is ended breaks.
  return start(args, { by: ["sh", "-c", `exec node "$0" "$@" < '${file}'`, LAUNCHER] });
}

const statusOf = (page: Page): Promise<string> => page.locator(".stream-status").innerText();
const waitForStatus = (page: Page, text: string, timeout = 25_000) =>
  page.locator(".stream-status").filter({ hasText: text }).waitFor({ timeout });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click({ timeout: 20_000 });

async function check({ page, errors }: TestPage): Promise<void> {
  expect(await overflowing(page)).toEqual([]);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(errors.filter((error) => !error.includes("WebSocket connection"))).toEqual([]);
}

/** The rows that "Save CSV" saves. */
async function savedRows(
  page: Page,
): Promise<{ readonly header: string; readonly rows: readonly (readonly string[])[] }> {
  const download = page.waitForEvent("download");
  await press(page, "Save CSV");
  const file = await (await download).path();
  const [header = "", ...lines] = (await Bun.file(file).text()).trimEnd().split("\r\n");
  return { header, rows: lines.map((line) => line.split(",")) };
}

/** A page whose network can be made slow; only connections opened afterwards can. */
async function openSlow(url: string) {
  const opened = await browser.open("about:blank", PHONE);
  const session = await opened.page.context().newCDPSession(opened.page);
  await session.send("Network.enable");
  const limit = (bytes: number) =>
    session.send("Network.emulateNetworkConditions", {
      ...{ offline: false, latency: 0, downloadThroughput: bytes, uploadThroughput: -1 },
    });
  await limit(1e9);
  await opened.page.goto(url);
  return { ...opened, limit };
}

test("a script publishes 5,000 points per second: a slow watcher gets fewer, another one all; zoom, pause, export, gaps, intruders; then this page publishes", async () => {
  const link = relay.http(`/demos/stream?join=${CODE}`);
  await using ann = await browser.open(link, DESK);
  await waitForStatus(ann.page, "Waiting for a publisher");
  await check(ann);
  // Whatever else this machine does: what is too slow here must not be Ann.
  await ann.page.getByLabel("Points received").selectOption("full");
  await using script = startScript();
  await waitForStatus(ann.page, "Receiving");
  await using bob = await openSlow(link);
  await waitForStatus(bob.page, "all points shown");
  expect(await ann.page.locator("h1").innerText()).toBe("Lab <b>");

  await slowDown(bob, ann);
  await lookClosely(ann);
  await intrude(ann);
  await leaveAGap(ann, bob);
  for (const one of [ann, bob]) await check(one);
  expect(await unreachable(ann.page)).toEqual([]);
  script.signal("SIGTERM");
  await waitForStatus(ann.page, "The publisher has left");

  await publishFromThePage(ann, bob);
  for (const one of [ann, bob]) await check(one);
}, 240_000);

/** Bob's network carries less than the stream. */
async function slowDown(bob: TestPage & { limit(bytes: number): Promise<unknown> }, ann: TestPage): Promise<void> {
  await bob.limit(SLOW);
  await waitForStatus(bob.page, "Fewer points: too slow for all", 60_000);
  await until("fewer points", async () => /1 of \d+(\.\d)? points shown/.test(await statusOf(bob.page)));
  expect(await statusOf(ann.page)).toContain("all points shown");
  // Ann has every row of the last ten seconds, in which Bob became slow.
  const { header, rows } = await savedRows(ann.page);
  expect(header).toBe("time,milliseconds,count,negative,wave,'=formula");
  expect(rows.length).toBeGreaterThan(2_000);
  const first = Number(rows[0]?.[2]);
  for (const [at, [, milliseconds, ...values]] of rows.entries()) {
    expect(values).toEqual(valuesOf(first + at).map(String));
    expect(Number(milliseconds) - Number(rows[0]?.[1])).toBeCloseTo(at * EVERY, 0);
  }
  await bob.limit(1e9);
}

/** Zoom freezes the chart, which goes on when asked; keys do the same. */
async function lookClosely({ page }: TestPage): Promise<void> {
  const paper = page.locator(".stream-paper");
  const box = await paper.boundingBox();
  if (!box) throw new Error("the chart is visible");
  await page.mouse.move(box.x + box.width * 0.5, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 150, { steps: 3 });
  await page.mouse.up();
  await waitForStatus(page, "Chart is not live");
  const zoomed = await savedRows(page);
  expect(zoomed.rows.length).toBeWithin(500, 2_500);
  const shown = await paper.screenshot();
  const before = await statusOf(page);
  await until("the stream goes on", async () => (await statusOf(page)) !== before);
  expect(await savedRows(page)).toEqual(zoomed);
  expect(Buffer.compare(await paper.screenshot(), shown)).toBe(0);
  await page.mouse.move(box.x + box.width * 0.5, box.y + 100);
  await waitForStatus(page, "Values at ");
  await press(page, "Live");
  await until("a live chart", async () => !(await statusOf(page)).includes("not live"));
  await page.locator("h1").click();
  await page.keyboard.press("Space");
  await waitForStatus(page, "Chart is not live");
  await page.keyboard.press("-");
  await page.keyboard.press("l");
  await until("a live chart", async () => !(await statusOf(page)).includes("not live"));
  await page.locator(".stream-values button").filter({ hasText: "wave" }).click();
  expect((await savedRows(page)).header).toBe("time,milliseconds,count,negative,'=formula");
  await page.locator(".stream-values button").filter({ hasText: "wave" }).click();
  const picture = page.waitForEvent("download");
  await press(page, "Save PNG");
  expect(
    await Bun.file(await (await picture).path())
      .slice(1, 4)
      .text(),
  ).toBe("PNG");
}

/** Somebody else sends to the stream, and cannot change what others see. */
async function intrude(ann: TestPage): Promise<void> {
  const mallory = connect(relay.http(), { instance: INSTANCE, name: "mallory" });
  const channel = mallory.broadcast(fullChannel(CODE));
  await mallory.hub(hubFor(CODE)).join({ state: true, attributes: { level: "<script>" } });
  const hostile = [
    '{"v":{"__proto__":1,"x":[1]}}',
    '{"v":[]}',
    '{"v":{"evil":1},"about":{"title":"Evil"}}',
    '{"n":1e308,"t":-1}',
  ];
  for (const text of hostile) await channel.send(JSON.parse(text));
  await press(ann.page, "Frames and network");
  await ann.page.getByText("rejected: somebody else publishes this stream").first().waitFor();
  await press(ann.page, "Frames and network");
  mallory.close();
  expect(await ann.page.locator(".stream-values li").count()).toBe(NAMES.length);
  expect(await ann.page.locator("h1").innerText()).toBe("Lab <b>");
}

/** A restart of the relay: the line has a gap, and goes on. */
async function leaveAGap(ann: TestPage, bob: TestPage): Promise<void> {
  await relay.restart();
  await until("the gap and rows after it", async () => {
    const { rows } = await savedRows(ann.page);
    const gap = rows.findIndex((row) => row.slice(2).every((cell) => cell === ""));
    return gap > 0 && rows.length > gap + 500;
  });
  await waitForStatus(bob.page, "Receiving");
}

/** Motion sensors: none, a user who does not allow them as in Safari, and a phone that moves. */
async function moveThePhone(page: Page): Promise<void> {
  await press(page, "Motion sensors");
  await page.getByRole("alert").filter({ hasText: "Open this page on a phone." }).waitFor();
  await page.evaluate(() => Object.assign(DeviceMotionEvent, { requestPermission: async () => "denied" }));
  await press(page, "Motion sensors");
  await page.getByRole("alert").filter({ hasText: "does not allow the motion sensors" }).waitFor();
  await page.evaluate(() => {
    Object.assign(DeviceMotionEvent, { requestPermission: async () => "granted" });
    const moved = {
      accelerationIncludingGravity: { x: 0.5, y: 0, z: 9.81 },
      rotationRate: { alpha: 1, beta: 2, gamma: 3 },
    };
    const move = () => {
      dispatchEvent(new DeviceMotionEvent("devicemotion", moved));
      requestAnimationFrame(move);
    };
    move();
  });
  await press(page, "Motion sensors");
  await waitForStatus(page, "Publishing");
  await page.locator(".stream-values button").filter({ hasText: "9.810m/s²" }).waitFor();
  await press(page, "Stop publishing");
}

async function publishFromThePage({ page }: TestPage, bob: TestPage): Promise<void> {
  await press(page, "Leave the stream");
  await moveThePhone(page);
  await press(page, "Microphone spectrum");
  await waitForStatus(page, "Publishing");
  await until("eight octaves", async () => (await page.locator(".stream-values li").count()) === 8);
  // The microphone of the test beeps twice a second, in step with the digits, which may show the silence between two beeps each time.
  await until("a sound", async () =>
    (await savedRows(page)).rows.some((row) => row.slice(1).some((level) => level !== "" && Number(level) > -60)),
  );
  await press(page, "Stop publishing");
  await press(page, "Waveforms");
  await waitForStatus(page, "0 watching");
  const code = new URL(page.url()).searchParams.get("join") ?? "";
  await bob.page.goto(relay.http("/demos/stream"));
  await bob.page.getByLabel("Stream code").waitFor();
  await check(bob);
  await bob.page.getByLabel("Stream code").fill(code.toLowerCase());
  await press(bob.page, "Watch");
  await waitForStatus(bob.page, "Receiving");
  await waitForStatus(page, "1 watching");
  await page.getByLabel("Rows per second").selectOption("5000");
  await page.getByLabel("square").check();
  await until("another series", async () => (await bob.page.locator(".stream-values li").count()) === 4);
  await bob.page.getByLabel("Points received").selectOption("thin");
  await waitForStatus(page, "1 with fewer points");
  await until("fewer points", async () => /1 of \d+(\.\d)? points shown/.test(await statusOf(bob.page)));
}
