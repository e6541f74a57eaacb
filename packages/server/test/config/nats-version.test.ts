import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/clock.ts";
import { createConfig } from "../../src/config/config.ts";
import { joinCluster } from "../../src/start/cluster.ts";
import { MemoryNetwork } from "../kit/memory-bus.ts";
import { recordedLog } from "../kit/recorded-log.ts";

/** What a node logs that joins a cluster of this version of NATS. */
async function warningsOf(version: string) {
  const data = mkdtempSync(join(tmpdir(), "achex-test-"));
  const settings = { cluster: "nats://127.0.0.1", node: "n1", data };
  const config = createConfig([{ origin: (name) => name, settings }]);
  const log = recordedLog();
  const network = new MemoryNetwork();
  network.isImmediate = true;
  const { cluster } = await joinCluster(config, log, systemClock, async () => ({ version, open: network.bus("n1") }));
  await cluster.close();
  rmSync(data, { recursive: true, force: true });
  return log.events.map(({ level, message, fields }) => [level, message, fields]);
}

test("a version of NATS that is older than 2.12.7 is warned of, once, with both versions", async () => {
  for (const version of ["2.9.10", "2.12.6", "1.99.99", "2.2.0", "unknown"])
    expect(await warningsOf(version)).toEqual([
      ["warn", "this version of NATS is not safe for production; use a newer one", { version, needed: "2.12.7" }],
    ]);
  for (const version of ["2.12.7", "2.12.8", "2.13.0", "2.14.0-RC.1", "3.0.0"])
    expect(await warningsOf(version)).toEqual([]);
});
