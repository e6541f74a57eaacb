import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "../../src/config/config.ts";
import { type Metrics, readMetrics } from "./metrics.ts";
import { within } from "./wait.ts";

/** A relay in a separate process, for tests whose clients would otherwise compete with it for CPU time. */
export interface ServerProcess extends AsyncDisposable {
  readonly port: number;
  ws(path?: string): string;
  metrics(): Promise<Metrics>;
}

export async function startServerProcess(settings: Settings = {}): Promise<ServerProcess> {
  const data = mkdtempSync(join(tmpdir(), "achex-test-"));
  const script = join(import.meta.dir, "relay-process.ts");
  const own = JSON.stringify({ port: 0, data, drain: 0, ...settings });
  const child = Bun.spawn([process.execPath, script, own], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const reader = child.stdout.getReader();
  const first = await within("the relay's process to listen", reader.read(), 20_000);
  const port = Number(new TextDecoder().decode(first.value));
  return {
    port,
    ws: (path = "/") => `ws://127.0.0.1:${port}${path}`,
    metrics: () => readMetrics(`http://127.0.0.1:${port}/metrics`),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await within("the relay's process to end", child.exited, 10_000);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
