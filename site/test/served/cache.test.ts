import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteAssets } from "../../assets.ts";
import { createBuildCopy } from "../kit/build-copy.ts";

const cache = mkdtempSync(join(tmpdir(), "achex-cache-"));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const { startBuild, started } = createBuildCopy();

// The first to ask waits for the build of these sources, on a machine that may be busy.
test("built once, then read; older builds are forgotten; a damaged one is made again", async () => {
  const empty = mkdtempSync(join(cache, "site-0"));
  const first = siteAssets({ cache, startBuild });
  await first.complete;
  expect(started()).toBe(1);
  const built = await first.find("/client.js");
  expect(new TextDecoder().decode(built?.body)).toMatch(/^export \* from "\.\/client-[0-9a-f]{12}\.js";\n$/);
  const [folder = "", ...others] = readdirSync(cache);
  expect(others).toEqual([]);
  expect(empty).not.toEndWith(folder);
  const marked = join(cache, folder, built?.hash ?? "");
  writeFileSync(marked, "from the cache");
  const read = await siteAssets({ cache, startBuild }).find("/client.js");
  expect(new TextDecoder().decode(read?.body)).toBe("from the cache");
  expect(started()).toBe(1);
  rmSync(marked);
  const repaired = siteAssets({ cache, startBuild });
  await repaired.complete;
  expect(await repaired.find("/client.js")).toEqual(built);
  expect(started()).toBe(2);
}, 120_000);

test("where nothing may be written it is built all the same, and nothing stays behind", async () => {
  const temporary = mkdtempSync(join(cache, "tmp-"));
  const assets = siteAssets({ cache: "/dev/null/cache", temporary, startBuild });
  await assets.complete;
  expect(await assets.find("/js/JQ.js")).toBeDefined();
  expect(readdirSync(temporary)).toEqual([]);
}, 120_000);

test("once it is there, nobody waits", async () => {
  const assets = siteAssets({ cache: mkdtempSync(join(cache, "own-")), startBuild });
  await assets.complete;
  expect(assets.find("/client.js")).not.toBeInstanceOf(Promise);
  expect(assets.find("/no-such-file")).toBeUndefined();
}, 120_000);
