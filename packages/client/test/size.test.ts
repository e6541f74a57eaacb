import { expect, test } from "bun:test";
import { join } from "node:path";
import { faults } from "@achex/protocol";
import { Fault } from "../src/index.ts";

/** Bytes of gzip. */
const BUDGET = 7_000;

/** The entry and what it imports at once; modules loaded when first used are files of their own. */
async function bundle() {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, "../src/index.ts")],
    minify: true,
    splitting: true,
    target: "bun",
  });
  const files = new Map<string, string>();
  for (const output of outputs) files.set(output.path.replace("./", ""), await output.text());
  const needed = new Set(["index.js"]);
  for (const name of needed) {
    for (const [, file] of (files.get(name) ?? "").matchAll(/from"\.\/([^"]+)"/g)) if (file) needed.add(file);
  }
  return [...needed].map((name) => files.get(name) ?? "").join("");
}

test(`the core is less than ${BUDGET} bytes, minified and gzipped`, async () => {
  const text = await bundle();
  expect(text).toContain("achex.2");
  // The texts of the server's faults come over the wire.
  expect(text).not.toContain(faults["no-such-name"].message);
  expect(Bun.gzipSync(text, { level: 9 }).length).toBeLessThan(BUDGET);
});

test("R9: the client knows the duty of each fault in the table", () => {
  for (const [code, { duty }] of Object.entries(faults))
    expect(`${code} ${new Fault(code, "").duty}`).toBe(`${code} ${duty}`);
});
