import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildInputs, buildKey } from "../../pipeline/build-key.ts";
import { root } from "../../pipeline/bundle.ts";

/** The repository with nothing but the inputs of the build and the installed packages. */
const copy = mkdtempSync(join(tmpdir(), "achex-inputs-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

let inputs: readonly string[] = [];
beforeAll(async () => {
  inputs = await buildInputs(root);
  for (const path of inputs) {
    mkdirSync(join(copy, dirname(path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  mkdirSync(join(copy, "node_modules/@achex"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@achex") symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name));
  }
  for (const name of readdirSync(join(copy, "packages")))
    symlinkSync(join(copy, "packages", name), join(copy, "node_modules/@achex", name));
});

/** Path and hash of every file of the site built there. */
async function builtFrom(folder: string): Promise<unknown[]> {
  const out = join(copy, "out", String(readdirSync(copy).length), folder === root ? "root" : "copy");
  const child = Bun.spawn([process.execPath, join(folder, "site/build.ts"), out], {
    cwd: folder,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const [errors, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  expect([code, errors]).toEqual([0, ""]);
  const files: { readonly path: string; readonly hash: string }[] = JSON.parse(
    readFileSync(join(out, "files.json"), "utf8"),
  );
  // Source maps name the folders of installed packages, which lie elsewhere for the copy.
  return files.filter(({ path }) => !path.endsWith(".map")).map(({ path, hash }) => `${path} ${hash}`);
}

describe("the build key", () => {
  test("covers everything the build reads: from its inputs alone the same site is built", async () => {
    expect((await builtFrom(copy)).toSorted()).toEqual((await builtFrom(root)).toSorted());
  }, 120_000);

  test("covers the lockfile and the packages that pages bundle from, and no test", () => {
    expect(inputs).toContain("package-lock.json");
    for (const name of ["client", "protocol", "server"]) {
      expect(inputs.some((path) => path.startsWith(`packages/${name}/src/`))).toBe(true);
    }
    expect(inputs.filter((path) => /^site\/test\/|\/node_modules\//.test(path))).toEqual([]);
  });

  test("changes with an edit of any input", async () => {
    const small = join(copy, "small");
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
