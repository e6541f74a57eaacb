import { expect, test } from "bun:test";
import { join } from "node:path";
import { faults } from "@achex/protocol";
import { faultFromFrame } from "../src/fault.ts";
import { Fault } from "../src/index.ts";

/** Bytes of everything but streams and files, minified and gzipped, that the client may have. */
const BUDGET = 21_500;

async function bundle(entry: string): Promise<string> {
  const entrypoints = [join(import.meta.dir, "../src", entry)];
  const { outputs } = await Bun.build({ entrypoints, minify: true, target: "browser" });
  expect(outputs.length).toBe(1);
  return (await outputs[0]?.text()) ?? "";
}

const gzipped = (text: string) => Bun.gzipSync(text, { level: 9 }).length;

test(`the client without streams and files is at most ${BUDGET} bytes, in one file, and holds no text of the server's faults`, async () => {
  const text = await bundle("index.ts");
  expect(text).toContain("achex.2");
  expect(gzipped(text)).toBeLessThanOrEqual(BUDGET);
  for (const { message } of Object.values(faults)) expect(text).not.toContain(message);
});

test.each(["index.ts", "full.ts", "streams.ts", "files.ts", "legacy.ts"])("%s loads nothing later", async (entry) => {
  expect(await bundle(entry)).not.toMatch(/\bimport\(/);
});

test("R7, R9: the client retries what the fault says, whatever its code is called", () => {
  for (const code of Object.keys(faults)) {
    for (const [retry, duty] of [
      [true, "retry"],
      [false, "stop"],
      [undefined, "stop"],
      ["yes", "stop"],
    ] as const)
      expect(`${code} ${retry} ${faultFromFrame({ code, retry }).duty}`).toBe(`${code} ${retry} ${duty}`);
  }
  expect(faultFromFrame({ code: "disk-full" }).duty).toBe("stop");
  expect(["timeout", "outbox-full", "unknown", "closed"].map((code) => new Fault(code, "").duty)).toEqual([
    "retry",
    "retry",
    "resume",
    "stop",
  ]);
});
