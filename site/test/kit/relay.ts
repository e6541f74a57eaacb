import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConfig, createRelay } from "@achex/server";
import { siteAssets } from "../../assets.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
// A test wants the page itself, however long its build takes.
const assets = siteAssets({ patience: 120_000 });
/** Resolves when every file is built and compressed. */
export const siteComplete: Promise<void> = assets.complete;

type Settings = Readonly<Record<string, string | number>>;

/** A relay with the site on free ports of loopback; `await using` stops it. */
export interface TestRelay extends AsyncDisposable {
  readonly port: number;
  readonly cloudPort: number;
  /** The folder of its accounts. */
  readonly data: string;
  http(path?: string): string;
  /** Sessions opened since it started. */
  opened(): Promise<number>;
  /** Stops it and starts another on the same ports, as an operator does for an update; `changed` applies from then on. */
  restart(changed?: Settings): Promise<void>;
  stop(): Promise<void>;
  start(): void;
}

export function startRelay(initial: Settings = {}): TestRelay {
  let settings = initial;
  const data = mkdtempSync(join(tmpdir(), "achex-site-test-"));
  const origin = (name: string) => `test setting ${name}`;
  const startOn = (port: number, cloudPort: number) => {
    const own = { port, "cloud-port": cloudPort, data, drain: 0, ...settings };
    return createRelay(createConfig([{ origin, settings: own }]), log, assets);
  };
  let relay = startOn(0, 0);
  const port = relay.ports.main;
  const cloudPort = relay.ports.cloud ?? 0;
  const start = () => {
    relay = startOn(port, cloudPort);
  };
  return {
    port,
    cloudPort,
    data,
    http: (path = "/") => `http://127.0.0.1:${port}${path}`,
    async opened() {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const counts = [...text.matchAll(/^achex_sessions_opened_total\S* (\d+)$/gm)];
      return counts.reduce((sum, [, count]) => sum + Number(count), 0);
    },
    async restart(changed = {}) {
      await relay.stop();
      settings = { ...settings, ...changed };
      start();
    },
    stop: () => relay.stop(),
    start,
    async [Symbol.asyncDispose]() {
      await relay.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
