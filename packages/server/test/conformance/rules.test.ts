import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dropReasons, faults, serverKeys } from "@achex/protocol";
import { vectorFiles } from "./vectors.ts";

const root = join(import.meta.dir, "../../../..");
const protocol = readFileSync(join(root, "PROTOCOL.md"), "utf8");

const ID = /^[A-Z]\d{1,3}[a-z]?$/;
const rules = new Set(Array.from(protocol.matchAll(/^\| ([A-Z]\d{1,3}[a-z]?) \|/gm), (match) => match[1] ?? ""));

/** Ids at the start of the title of every test in the project: `[K7 K8] …`, `K7, K8: …` or `K7 …`. */
const TITLE = /\b(?:test|it|describe)\(\s*["'`]\[?((?:[A-Z]\d{1,3}[a-z]?(?=[\]:, ])[, ]*)+)/g;

const tests = ["packages", "tools"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && !name.includes("node_modules"))
    .map((name) => ({ name, text: readFileSync(join(root, folder, name), "utf8") })),
);

function idsInTitles(): string[] {
  const titles = tests.flatMap(({ text }) => Array.from(text.matchAll(TITLE), (match) => match[1] ?? ""));
  return titles.flatMap((ids) => ids.trim().split(/[, ]+/));
}

/** Written down before they are built; each leaves the list with its first test or vector. */
const unbuiltRules: readonly string[] = [];

test("PROTOCOL.md has rules of every family", () => {
  const families = [...new Set([...rules].map((id) => id[0]))].sort().join("");
  expect(families).toBe("ABCDFHKLMNRSVX");
  expect(rules.size).toBeGreaterThan(100);
});

test("every rule is proven by a vector or a test", () => {
  const carried = new Set([
    ...vectorFiles.flatMap(({ cases }) => cases.flatMap((vector) => vector.rules)),
    ...idsInTitles(),
  ]);
  expect([...rules].filter((id) => !carried.has(id) && !unbuiltRules.includes(id))).toEqual([]);
});

test("every rule a vector or a test names is in PROTOCOL.md", () => {
  const named = [...vectorFiles.flatMap(({ cases }) => cases.flatMap((vector) => vector.rules)), ...idsInTitles()];
  expect([...new Set(named)].filter((id) => !rules.has(id))).toEqual([]);
});

test("vectors are at least 100, with an id and a title of their own each, and all their rules are rule ids", () => {
  const cases = vectorFiles.flatMap((file) => file.cases);
  expect(cases.length).toBeGreaterThanOrEqual(100);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  for (const { rules: ids, id } of cases) expect(ids.every((rule) => ID.test(rule)) ? "" : id).toBe("");
});

test("[R3] the $ keys of frames from the server are those of the table of keys, and each is in a vector", () => {
  const steps = vectorFiles.flatMap(({ cases }) => cases.flatMap((vector) => vector.steps));
  const texts = steps.flatMap((step) => {
    if (!("to" in step)) return [];
    return "json" in step ? JSON.stringify(step.json) : "text" in step ? step.text : step.header;
  });
  // A message of a legacy dialect may have any key.
  const own = texts.filter((text) => !/^\{"(?:to|toS|tos|bc|toH)":|"FROM":/.test(text));
  const sent = new Set(own.flatMap((text) => Array.from(text.matchAll(/[{,]"(\$\w+)":/g), ([, key = ""]) => key)));
  sent.delete("$ref");
  // It takes more than 200 members, which is a test of its own.
  sent.add("$count");
  // And for this one, a cluster: cluster/alone.test.ts.
  sent.add("$cluster");
  expect([...sent].toSorted()).toEqual([...serverKeys].toSorted());
});

test("every fault and every reason of a drop is proven by a vector or a test of the server", () => {
  const counted = vectorFiles.flatMap(({ cases }) =>
    cases.flatMap(({ drops = {}, faults: refused = {} }) => [...Object.keys(drops), ...Object.keys(refused)]),
  );
  const server = tests.filter(({ name }) => name.startsWith("server/") && !name.startsWith("server/test/conformance/"));
  const known = [...Object.keys(faults), ...Object.keys(dropReasons)];
  const unproven = known.filter(
    (code) => !counted.includes(code) && !server.some(({ text }) => new RegExp(`\\b${code}\\b`).test(text)),
  );
  expect(unproven).toEqual([]);
});
