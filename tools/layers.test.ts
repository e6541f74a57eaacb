import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isIdentifier } from "typescript/unstable/ast";
import { closureOf, findCycle, type Import, importsOf, packageNameOf, readPackage } from "./imports.ts";
import { nodesOf, parseSources, root, type Source } from "./sources.ts";

const packages = readdirSync(join(root, "packages"))
  .filter((name) => existsSync(join(root, "packages", name, "package.json")))
  .map((name) => readPackage(`packages/${name}`));

let sources: readonly Source[] = [];
const imports = new Map<string, readonly Import[]>();
const graph = new Map<string, readonly string[]>();

beforeAll(async () => {
  sources = (await parseSources()).filter(({ path }) => /^packages\/[^/]+\/src\//.test(path));
  for (const source of sources) imports.set(source.path, importsOf(source, packages));
  for (const [path, list] of imports)
    graph.set(
      path,
      list.flatMap(({ file }) => file ?? []),
    );
}, 180_000);

/** Imports that break a rule, as "file imports specifier"; the rule holds when there are none. */
function breaches(within: string, isBreach: (imported: Import, path: string) => boolean): string[] {
  const found: string[] = [];
  for (const [path, list] of imports) {
    if (!path.startsWith(within)) continue;
    for (const one of list) if (isBreach(one, path)) found.push(`${path} imports ${one.specifier}`);
  }
  return found;
}

const server = "packages/server/src/";
const packageFolder = (path: string) => path.split("/").slice(0, 2).join("/");
const isRelative = (specifier: string) => specifier.startsWith(".");

/** Seams have their implementations in a folder of the same name. */
const implementationFolders = ["accounts", "auth", "bus", "engine", "keep", "socket", "state"].map(
  (seam) => `${server}${seam}/`,
);
const implementationOf = (file: string | undefined) => implementationFolders.find((folder) => file?.startsWith(folder));

const core = [
  "assemble",
  "delivery/channels",
  "delivery/deliver",
  "dialects/achex2/route-achex2",
  "dialects/legacy/route-legacy",
  "session/session",
].map((name) => `${server}${name}.ts`);

describe("what never imports what (docs/architecture.md)", () => {
  test("every source is looked at", () => {
    expect(sources.length).toBeGreaterThan(40);
    for (const path of core) expect(imports.has(path)).toBe(true);
    expect(imports.get(`${server}relay.ts`)?.length).toBeGreaterThan(5);
  });

  test("protocol imports nothing", () => {
    expect(breaches("packages/protocol/", ({ specifier }) => !isRelative(specifier))).toEqual([]);
  });

  test("client imports only protocol, and its hooks React", () => {
    const hooks = "packages/client/src/react.ts";
    const allowed = ({ specifier, file }: Import, path: string) =>
      isRelative(specifier)
        ? path === hooks || file !== hooks
        : packageNameOf(specifier) === "@achex/protocol" || (specifier === "react" && path === hooks);
    expect(breaches("packages/client/", (imported, path) => !allowed(imported, path))).toEqual([]);
  });

  test("the core reaches protocol and seams, never an implementation, the runtime or a vendor", () => {
    const handlers = [...imports.keys()].filter((path) => path.startsWith(`${server}handlers/`));
    expect(handlers.length).toBeGreaterThan(0);
    const reached = closureOf(graph, [...core, ...handlers]);
    const broken: string[] = [];
    for (const path of reached) {
      if (!path.startsWith(server)) continue;
      if (implementationOf(path)) broken.push(`the core reaches ${path}`);
      for (const { specifier } of imports.get(path) ?? [])
        if (!isRelative(specifier) && specifier !== "@achex/protocol") broken.push(`${path} imports ${specifier}`);
    }
    for (const { path, tree } of sources) {
      if (!reached.has(path)) continue;
      for (const node of nodesOf(tree)) if (isIdentifier(node) && node.text === "Bun") broken.push(`${path} uses Bun`);
    }
    expect(broken).toEqual([]);
  });

  test("only relay.ts imports implementations, and each of them only its own kind", () => {
    const found = breaches(server, ({ file }, path) => {
      const folder = implementationOf(file);
      return folder !== undefined && path !== `${server}relay.ts` && !path.startsWith(folder);
    });
    expect(found).toEqual([]);
  });

  test("handlers do not import handlers", () => {
    const handlers = `${server}handlers/`;
    expect(breaches(handlers, ({ file }) => file?.startsWith(handlers) ?? false)).toEqual([]);
  });

  test("nothing imports its own package's index.ts", () => {
    const found = breaches("packages/", ({ specifier, file }, path) => {
      const own = packages.find(({ folder }) => folder === packageFolder(path));
      return file === `${packageFolder(path)}/src/index.ts` || packageNameOf(specifier) === own?.name;
    });
    expect(found).toEqual([]);
  });

  test("src never imports test, and no relative import leaves its package", () => {
    const found = breaches("packages/", ({ specifier, file }, path) => {
      if (!isRelative(specifier) || file === undefined) return false;
      return file.includes("/test/") || packageFolder(file) !== packageFolder(path);
    });
    expect(found).toEqual([]);
  });

  test("relative imports name files that exist", () => {
    expect(breaches("packages/", ({ specifier, file }) => isRelative(specifier) && file === undefined)).toEqual([]);
  });

  test("what is imported by name is listed in the package's own package.json", () => {
    const found = breaches("packages/", ({ specifier }, path) => {
      if (isRelative(specifier) || specifier.startsWith("node:") || /^bun(:|$)/.test(specifier)) return false;
      const own = packages.find(({ folder }) => folder === packageFolder(path));
      return !own?.dependencies.includes(packageNameOf(specifier));
    });
    expect(found).toEqual([]);
  });

  test("no import cycles, those of types included", () => {
    expect(findCycle(graph)).toBeUndefined();
  });
});

describe("the finders find", () => {
  test("a cycle", () => {
    const cyclic = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", []],
      ["d", ["b"]],
    ]);
    expect(findCycle(cyclic)).toEqual(["b", "d", "b"]);
  });

  test("what is reached over several steps, and nothing else", () => {
    const chain = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["x", ["a"]],
    ]);
    expect([...closureOf(chain, ["a"])]).toEqual(["a", "b", "c"]);
  });

  test("imports of types and of other packages", () => {
    const found = imports.get(`${server}session/session.ts`)?.map(({ file }) => file);
    expect(found).toContain("packages/protocol/src/index.ts");
    expect(found).toContain(`${server}metrics/counters.ts`);
  });
});
