import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConfig, createRelay } from "@achex/server";
import { siteAssets } from "../../assets.ts";
import { type BuildStep, takeNext } from "../../pipeline/build-step.ts";
import { createBrowser } from "../kit/browser.ts";
import { createBuildCopy } from "../kit/build-copy.ts";

// The first test waits for the build of these sources, on a machine that may be busy.
setDefaultTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "achex-first-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const browser = createBrowser();
const newCache = () => mkdtempSync(join(folder, "cache-"));

describe("the first start after an installation", () => {
  test("what somebody asks for is built next", () => {
    const step = (name: string): BuildStep => ({ makes: (path) => path === name, build: async () => [] });
    const steps = ["/", "/a", "/b", "/c"].map(step);
    expect(takeNext(steps, ["/b"])?.makes("/b")).toBe(true);
    expect(takeNext(steps, ["/b"])?.makes("/")).toBe(true);
    expect(takeNext(steps, ["/c", "/unknown"])?.makes("/c")).toBe(true);
    expect(takeNext(steps, [])?.makes("/a")).toBe(true);
    expect(takeNext(steps, ["/b"])).toBeUndefined();
  });

  test("a page that takes longer is replaced by one that says so and reloads itself; scripts are waited for", async () => {
    const released = Promise.withResolvers<void>();
    const { startBuild } = createBuildCopy(released.promise);
    const assets = siteAssets({ cache: newCache(), patience: 0, startBuild });
    const early = await assets.find("/performance");
    expect(early).toMatchObject({ status: 503, retryAfter: 1 });
    const script = assets.find("/client.js");
    released.resolve();
    expect((await script)?.type).toStartWith("text/javascript");
    await assets.complete;
  });

  test("an unknown page is known to be unknown before the build is complete, and an old name leads on", async () => {
    const released = Promise.withResolvers<void>();
    const { startBuild } = createBuildCopy(released.promise);
    const assets = siteAssets({ cache: newCache(), patience: 60_000, startBuild });
    expect(await assets.find("/no-such-page")).toBeUndefined();
    expect(await assets.find("/what-are-websockets")).toMatchObject({ status: 302, location: "/websockets" });
    released.resolve();
    expect(await assets.find("/")).toMatchObject({ type: "text/html; charset=utf-8" });
    await assets.complete;
  });

  test("in a browser: the page that waits becomes the page that was wanted", async () => {
    const released = Promise.withResolvers<void>();
    const { startBuild } = createBuildCopy(released.promise);
    const assets = siteAssets({ cache: newCache(), patience: 0, startBuild });
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const settings = { port: 0, data: newCache(), drain: 0 };
    const relay = createRelay(createConfig([{ origin: () => "test", settings }]), log, assets);
    try {
      await using opened = await browser.open(`http://127.0.0.1:${relay.ports.main}/performance`);
      await opened.page.getByRole("heading", { name: "Preparing this page" }).waitFor();
      released.resolve();
      await opened.page.locator(".site-header").waitFor({ timeout: 60_000 });
      expect(await opened.page.title()).toEndWith("· Achex");
    } finally {
      await relay.stop();
    }
  });
});
