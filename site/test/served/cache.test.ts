import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteAssets } from "../../assets.ts";

// Each test builds the site once or twice, at low priority, on a machine that may be busy.
setDefaultTimeout(120_000);

const cache = mkdtempSync(join(tmpdir(), "achex-cache-"));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

test("built once, then read; older builds are forgotten; a damaged one is made again", async () => {
  const empty = mkdtempSync(join(cache, "site-0"));
  const first = siteAssets({ cache });
  await first.complete;
  const built = await first.find("/client.js");
  expect(new TextDecoder().decode(built?.body)).toMatch(/^export \* from "\.\/client-[0-9a-f]{12}\.js";\n$/);
  const [folder = "", ...others] = readdirSync(cache);
  expect(others).toEqual([]);
  expect(empty).not.toEndWith(folder);
  const marked = join(cache, folder, built?.hash ?? "");
  writeFileSync(marked, "from the cache");
  const read = await siteAssets({ cache }).find("/client.js");
  expect(new TextDecoder().decode(read?.body)).toBe("from the cache");
  rmSync(marked);
  const repaired = siteAssets({ cache });
  await repaired.complete;
  expect(await repaired.find("/client.js")).toEqual(built);
});

test("where nothing may be written it is built all the same, and nothing stays behind", async () => {
  const temporary = mkdtempSync(join(cache, "tmp-"));
  const assets = siteAssets({ cache: "/dev/null/cache", temporary });
  await assets.complete;
  expect(await assets.find("/js/JQ.js")).toBeDefined();
  expect(readdirSync(temporary)).toEqual([]);
});

test("once it is there, nobody waits", async () => {
  const assets = siteAssets({ cache });
  await assets.complete;
  expect(assets.find("/client.js")).not.toBeInstanceOf(Promise);
  expect(assets.find("/no-such-file")).toBeUndefined();
});
