import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildInputs, buildKey } from "../../pipeline/build-key.ts";
import { root } from "../../pipeline/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "achex-inputs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inputs = await buildInputs(root);

// That it covers everything the build reads is tested with the build (served/build.test.ts).
describe("the build key", () => {
  test("covers the lockfile and the packages that pages bundle from, and no test", () => {
    expect(inputs).toContain("package-lock.json");
    for (const name of ["client", "protocol", "server"]) {
      expect(inputs.some((path) => path.startsWith(`packages/${name}/src/`))).toBe(true);
    }
    expect(inputs.filter((path) => /^site\/test\/|\/node_modules\//.test(path))).toEqual([]);
  });

  test("changes with an edit of any input", async () => {
    const small = join(folder, "small");
    const manifests = inputs.filter((path) => path.endsWith("package.json"));
    const oneOfEachFolder = new Map(inputs.map((path) => [path.split("/").slice(0, 3).join("/"), path])).values();
    for (const path of [...manifests, ...oneOfEachFolder]) {
      mkdirSync(join(small, dirname(path)), { recursive: true });
      cpSync(join(root, path), join(small, path));
    }
    const before = await buildKey(small);
    const unnoticed: string[] = [];
    for (const path of await buildInputs(small)) {
      const text = readFileSync(join(small, path));
      writeFileSync(join(small, path), Buffer.concat([text, Buffer.from(" ")]));
      if ((await buildKey(small)) === before) unnoticed.push(path);
      writeFileSync(join(small, path), text);
    }
    expect(unnoticed).toEqual([]);
    expect(await buildKey(small)).toBe(before);
  });
});
