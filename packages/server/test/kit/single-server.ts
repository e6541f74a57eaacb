import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConfig, type Settings } from "../../src/config/config.ts";
import type { Assets } from "../../src/http/assets.ts";
import { type Log, silentLog } from "../../src/log/log.ts";
import { type Ports, startRelay } from "../../src/relay.ts";
import { type Metrics, readMetrics } from "./metrics.ts";

/** A relay on free ports of loopback with a data folder of its own; `await using` stops it. */
export interface TestServer extends AsyncDisposable {
  readonly ports: Ports;
  readonly data: string;
  /** `ws://` address of a path on the main port, or on the cloud port. */
  ws(path?: string): string;
  cloud(path?: string): string;
  http(path?: string): string;
  metrics(): Promise<Metrics>;
  /** If it is a cluster: its next connection goes to the first node, then one to the second, and so on. */
  fromFirstNode?(): void;
  stop(): Promise<void>;
}

/** Starts one relay in this process. Settings as in the config file, such as `{ "max-frame": 1024 }`; port and data are ours. */
export async function startSingleServer(
  settings: Settings = {},
  log: Log = silentLog,
  assets?: Assets,
): Promise<TestServer> {
  const data = mkdtempSync(join(tmpdir(), "achex-test-"));
  const own = { port: 0, "cloud-port": 0, data, drain: 0, ...settings };
  const relay = await startRelay(
    createConfig([{ origin: (name) => `test setting ${name}`, settings: own }]),
    log,
    assets,
  );
  const { ports } = relay;
  const stop = async () => {
    await relay.stop();
    rmSync(data, { recursive: true, force: true });
  };
  return {
    ports,
    data,
    ws: (path = "/") => `ws://127.0.0.1:${ports.main}${path}`,
    cloud: (path = "/") => `ws://127.0.0.1:${ports.cloud}${path}`,
    http: (path = "/") => `http://127.0.0.1:${ports.main}${path}`,
    metrics: () => readMetrics(`http://127.0.0.1:${ports.main}/metrics`),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
