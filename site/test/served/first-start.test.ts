import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConfig, createRelay } from "@achex/server";
import { siteAssets } from "../../assets.ts";
import { type BuildStep, takeNext } from "../../pipeline/build-step.ts";
import { root } from "../../pipeline/bundle.ts";
import { startBuild } from "../../serve/builder.ts";
import { createBrowser } from "../kit/browser.ts";

// Each test builds the site, at low priority, on a machine that may be busy.
setDefaultTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "achex-first-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const browser = createBrowser();
const newCache = () => mkdtempSync(join(folder, "cache-"));

describe("the first start after an installation", () => {
  test("home with all it loads is served before any other page is built, and long before the build is complete", async () => {
    const out = join(newCache(), "site");
    const order: string[] = [];
    let pages: readonly string[] = [];
    const build = startBuild(root, out, {
      pages: (paths) => {
        pages = paths;
      },
      file: (path) => order.push(path),
    });
    await build.finished;
    expect(existsSync(join(out, "files.json"))).toBe(true);
    const beforeHome = order.slice(0, order.indexOf("/"));
    expect(beforeHome.length).toBeGreaterThan(3);
    expect(beforeHome.filter((path) => !path.startsWith("/assets/"))).toEqual([]);
    // Its own scripts and styles and those of every page: nothing else is waited for.
    expect(beforeHome.length).toBeLessThan(order.length / 5);
    expect(pages.filter((path) => !order.includes(path))).toEqual([]);
  });

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
    const assets = siteAssets({ cache: newCache(), patience: 0 });
    const early = await assets.find("/performance");
    expect(early).toMatchObject({ status: 503, retryAfter: 1 });
    expect((await assets.find("/client.js"))?.type).toStartWith("text/javascript");
  });

  test("an unknown page is known to be unknown before the build is complete, and an old name leads on", async () => {
    const cache = newCache();
    const assets = siteAssets({ cache, patience: 30_000 });
    expect(await assets.find("/no-such-page")).toBeUndefined();
    expect(await assets.find("/what-are-websockets")).toMatchObject({ status: 302, location: "/websockets" });
    expect(existsSync(join(cache, "site"))).toBe(false);
    expect(await assets.find("/")).toMatchObject({ type: "text/html; charset=utf-8" });
  });

  test("in a browser: the page that waits becomes the page that was wanted", async () => {
    const assets = siteAssets({ cache: newCache(), patience: 0 });
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const settings = { port: 0, data: newCache(), drain: 0 };
    const relay = createRelay(createConfig([{ origin: () => "test", settings }]), log, assets);
    try {
      await using opened = await browser.open(`http://127.0.0.1:${relay.ports.main}/performance`);
      await opened.page.getByRole("heading", { name: "Preparing this page" }).waitFor();
      await opened.page.locator(".site-header").waitFor({ timeout: 100_000 });
      expect(await opened.page.title()).toEndWith("· Achex");
    } finally {
      await relay.stop();
    }
  });
});
