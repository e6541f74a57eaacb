import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./sources.ts";

const server = join(root, "packages/server/src");
/** Files and folders at the top of the relay's sources. */
const entries = readdirSync(server, { withFileTypes: true }).map((entry) =>
  entry.isDirectory() ? `${entry.name}/` : entry.name,
);
const document = await Bun.file(join(root, "docs/architecture.md")).text();

/** Every path that the table of the relay's sources names. */
const [, section = ""] = document.split("In `packages/server/src`");
const rows =
  section
    .split("\n## ")[0]
    ?.split("\n")
    .filter((line) => line.startsWith("| `")) ?? [];
const named = rows.flatMap((row) => [...row.matchAll(/`([a-z0-9/-]+(?:\.ts|\/))`/g)].map(([, path = ""]) => path));

test("docs/architecture.md explains every file and folder of the relay", () => {
  expect(entries.length).toBeGreaterThan(20);
  expect(entries.filter((entry) => !named.includes(entry))).toEqual([]);
});

test("docs/architecture.md names only files and folders that exist", () => {
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(join(server, path)))).toEqual([]);
});

test("each bound of docs/architecture.md is held by a test that exists", () => {
  const [, bounds = ""] = document.split("## Work and memory have bounds\n");
  const lines = (bounds.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| "));
  const tests = lines.slice(1).map((row) => [...(row.split("|").at(-2) ?? "").matchAll(/`([a-z0-9./-]+)`/g)]);
  expect(tests.length).toBeGreaterThan(15);
  const missing = tests
    .flatMap((matches) => matches.map(([, path]) => `packages/server/test/${path}.test.ts`))
    .filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
  expect(tests.filter((matches) => matches.length === 0)).toEqual([]);
});
