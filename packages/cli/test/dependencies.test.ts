import { expect, test } from "bun:test";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../../..");

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

test("docs/dependencies.md has a line for each dependency, with the version that is pinned", async () => {
  const document = await Bun.file(join(ROOT, "docs/dependencies.md")).text();
  const missing: string[] = [];
  for await (const path of new Bun.Glob(
    "{package.json,site/package.json,bench/package.json,packages/*/package.json}",
  ).scan(ROOT)) {
    const manifest: Manifest = await Bun.file(join(ROOT, path)).json();
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (name.startsWith("@achex/")) continue;
      if (!document.includes(`| [${name}](https://www.npmjs.com/package/${name}) | ${version} |`))
        missing.push(`${name} ${version}`);
    }
  }
  expect(missing).toEqual([]);
});
