import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./sources.ts";

const server = join(root, "packages/server/src");
const present = readdirSync(server, { withFileTypes: true }).map((one) =>
  one.isDirectory() ? `${one.name}/` : one.name,
);
const document = await Bun.file(join(root, "docs/architecture.md")).text();

/** What the first column of the table names, `*` standing for any text. */
const [, table = ""] = document.split("In `packages/server/src`:");
const rows =
  table
    .split("\n## ")[0]
    ?.split("\n")
    .filter((line) => line.startsWith("| `")) ?? [];
const named = rows.flatMap((row) => [...row.matchAll(/`([a-z0-9*-]+(?:\.ts|\/))`/g)].map(([, name = ""]) => name));
const fits = (name: string, file: string) => new Bun.Glob(name).match(file) || name === file;

test("docs/architecture.md says of every file of the relay what it is for", () => {
  expect(present.length).toBeGreaterThan(30);
  expect(present.filter((file) => !named.some((name) => fits(name, file)))).toEqual([]);
});

test("docs/architecture.md names no file of the relay that is not there", () => {
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => !present.some((file) => fits(name, file)))).toEqual([]);
});
