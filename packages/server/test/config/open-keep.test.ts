import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConfig } from "../../src/config/config.ts";
import { openKeep } from "../../src/keep/open-keep.ts";
import { silentLog } from "../../src/log/log.ts";

/** Opens the log of the kept channels with these settings; returns the warnings. */
async function warningsOf(settings: Record<string, string>): Promise<readonly string[]> {
  const data = mkdtempSync(join(tmpdir(), "achex-test-"));
  const warnings: string[] = [];
  try {
    const config = createConfig([{ origin: (name) => name, settings: { data, ...settings } }]);
    const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
    await openKeep(config, log, () => false)?.close();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
  return warnings;
}

test("[R145] names are kept only if the server protects them, and the log says how far mode claim does", async () => {
  await expect(warningsOf({ keep: "hub:a,name:*" })).rejects.toThrow("anybody could read");
  expect(await warningsOf({ keep: "name:*", auth: "claim" })).toEqual([expect.stringContaining("--auth accounts")]);
  expect(await warningsOf({ keep: "name:*", auth: "accounts" })).toEqual([]);
  expect(await warningsOf({ keep: "hub:*", auth: "claim" })).toEqual([]);
});
