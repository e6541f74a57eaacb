import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildFolder } from "../../assets.ts";
import { buildInputs } from "../../pipeline/build-key.ts";
import { root } from "../../pipeline/bundle.ts";
import { startBuild } from "../../serve/builder.ts";
import { siteComplete } from "../kit/relay.ts";

/** The repository with nothing but the inputs of the build and the installed packages. */
const copy = mkdtempSync(join(tmpdir(), "achex-inputs-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

async function copyInputs(): Promise<void> {
  for (const path of await buildInputs(root)) {
    mkdirSync(join(copy, dirname(path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  mkdirSync(join(copy, "node_modules/@achex"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@achex") symlinkSync(join(root, "node_modules", name), join(copy, "node_modules", name));
  }
  for (const name of readdirSync(join(copy, "packages")))
    symlinkSync(join(copy, "packages", name), join(copy, "node_modules/@achex", name));
}

/** Path and hash of every file of a build. */
function filesOf(folder: string): string[] {
  const files: { readonly path: string; readonly hash: string }[] = JSON.parse(
    readFileSync(join(folder, "files.json"), "utf8"),
  );
  // Source maps name the folders of installed packages, which lie elsewhere for the copy.
  return files.flatMap(({ path, hash }) => (path.endsWith(".map") ? [] : `${path} ${hash}`)).toSorted();
}

describe("a build", () => {
  const out = join(copy, "out");
  /** Paths in the order in which they were ready. */
  const order: string[] = [];
  let pages: readonly string[] = [];

  beforeAll(async () => {
    await copyInputs();
    const build = startBuild(copy, out, {
      pages: (paths) => {
        pages = paths;
      },
      file: (path) => {
        order.push(path);
        // Somebody reads the home page and follows a link to what would be built last.
        if (path === "/") build.want(pages.at(-1) ?? "");
      },
    });
    await build.finished;
  }, 120_000);

  test("from the inputs that its key covers gives the same site as from the whole repository", async () => {
    await siteComplete;
    expect(filesOf(out)).toEqual(filesOf(await buildFolder()));
  }, 120_000);

  test("home with all it loads is served before any other page is built, and long before the build is complete", () => {
    const beforeHome = order.slice(0, order.indexOf("/"));
    expect(beforeHome.length).toBeGreaterThan(3);
    expect(beforeHome.filter((path) => !path.startsWith("/assets/"))).toEqual([]);
    // Its own scripts and styles and those of every page: nothing else is waited for.
    expect(beforeHome.length).toBeLessThan(order.length / 5);
    expect(pages.filter((path) => !order.includes(path))).toEqual([]);
  });

  test("what somebody asks for is built next", () => {
    const [before = "", last = ""] = pages.slice(-2);
    expect(order.indexOf(last)).toBeLessThan(order.indexOf(before));
  });
});
