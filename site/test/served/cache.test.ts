import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteAssets } from "../../assets.ts";

const cache = mkdtempSync(join(tmpdir(), "achex-cache-"));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

test("built once, then read; older builds are forgotten; a damaged one is made again", async () => {
  const empty = mkdtempSync(join(cache, "site-0"));
  const built = await siteAssets({ cache }).find("/client.js");
  expect(new TextDecoder().decode(built?.body)).toMatch(/^export \* from "\.\/client-[0-9a-f]{12}\.js";\n$/);
  const [folder = "", ...others] = readdirSync(cache);
  expect(others).toEqual([]);
  expect(empty).not.toEndWith(folder);
  const marked = join(cache, folder, built?.hash ?? "");
  writeFileSync(marked, "from the cache");
  const read = await siteAssets({ cache }).find("/client.js");
  expect(new TextDecoder().decode(read?.body)).toBe("from the cache");
  rmSync(marked);
  expect(await siteAssets({ cache }).find("/client.js")).toEqual(built);
});

test("where nothing may be written it is built all the same, and nothing stays behind", async () => {
  const temporary = mkdtempSync(join(cache, "tmp-"));
  expect(await siteAssets({ cache: "/dev/null/cache", temporary }).find("/js/JQ.js")).toBeDefined();
  expect(readdirSync(temporary)).toEqual([]);
});

test("once it is there, nobody waits", async () => {
  const assets = siteAssets({ cache });
  await assets.find("/");
  expect(assets.find("/client.js")).not.toBeInstanceOf(Promise);
  expect(assets.find("/no-such-file")).toBeUndefined();
});
