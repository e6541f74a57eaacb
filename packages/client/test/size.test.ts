import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { faults } from "@achex/protocol";
import { faultFrom } from "../src/fault.ts";
import { Fault } from "../src/index.ts";

/** Modules that are loaded when they are first used. */
const LATER = /\/(old|roster|answers|watches)\.ts$/;

/** The client as one file for browsers, with or without what is loaded later. */
async function bundle(entry: string, whole: boolean): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, "../src", entry)],
    minify: true,
    target: "browser",
    plugins: [
      {
        name: "leave out what is loaded later",
        setup: (build) => {
          if (!whole) build.onResolve({ filter: LATER }, ({ path }) => ({ path, external: true }));
        },
      },
    ],
  });
  return (await outputs[0]?.text()) ?? "";
}

const gzipped = (text: string) => Bun.gzipSync(text, { level: 9 }).length;

describe("weight, minified and gzipped", () => {
  test("the core is less than 6,000 bytes, and the guide says how many", async () => {
    const text = await bundle("index.ts", false);
    expect(text).toContain("achex.2");
    expect(gzipped(text)).toBeLessThan(6_000);
    const guide = await Bun.file(join(import.meta.dir, "../../../docs/client.md")).text();
    expect(guide).toContain(`The core is ${gzipped(text).toLocaleString("en")} bytes`);
  });

  test("all of it in one file is less than 9 KiB, and holds no text of the server's faults", async () => {
    const text = await bundle("index.ts", true);
    expect(gzipped(text)).toBeLessThan(9 * 1024);
    for (const { message } of Object.values(faults)) expect(text).not.toContain(message);
  });
});

test("R7, R9: the client retries what the fault says, whatever its code is called", () => {
  for (const code of Object.keys(faults)) {
    for (const [retry, duty] of [
      [true, "retry"],
      [false, "stop"],
      [undefined, "stop"],
      ["yes", "stop"],
    ] as const)
      expect(`${code} ${retry} ${faultFrom({ code, retry }).duty}`).toBe(`${code} ${retry} ${duty}`);
  }
  expect(faultFrom({ code: "disk-full" }).duty).toBe("stop");
  expect(["timeout", "outbox-full", "unknown", "closed"].map((code) => new Fault(code, "").duty)).toEqual([
    "retry",
    "retry",
    "resume",
    "stop",
  ]);
});
