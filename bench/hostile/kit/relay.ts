// Runs the relay of any checkout with its default limits, on its own core and in its own folder.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onServerCore } from "../../lib/cores.ts";
import { launch, stopProcess } from "../../lib/processes.ts";
import { freePort, untilItListens } from "../../lib/server.ts";
import type { Target, Variant } from "./types.ts";

/** Loopback is exempt from limits per address, so all clients connect through a trusted proxy, which is this machine. */
const TRUSTED = ["--trust-proxy", "127.0.0.1"];

export interface RunningRelay extends Target {
  /** Number of lines it has logged. */
  logLines(): number;
  hasEnded(): boolean;
}

export const achexOf = (checkout: string): readonly string[] => [
  process.execPath,
  join(checkout, "packages/cli/src/main.ts"),
];

function addUsers(achex: readonly string[], data: string, users: Variant["users"]): void {
  const [command = "", ...args] = achex;
  for (const [name, password] of Object.entries(users ?? {})) {
    const added = spawnSync(command, [...args, "user", "add", name, "--data", data], { input: `${password}\n` });
    if (added.status !== 0) throw new Error(`user ${name} could not be added: ${added.stderr}`);
  }
}

/** Starts a fresh relay, runs `work`, and stops the relay. */
export async function withRelay<T>(
  checkout: string,
  variant: Variant,
  work: (relay: RunningRelay) => Promise<T>,
): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), "hostile-"));
  const removeData = (): void => rmSync(data, { recursive: true, force: true });
  process.once("exit", removeData);
  const achex = achexOf(checkout);
  addUsers(achex, data, variant.users);
  const port = await freePort();
  const flags = ["--port", String(port), "--data", data, ...TRUSTED, ...(variant.flags ?? [])];
  const child = launch(onServerCore([...achex, "serve", ...flags], variant.fileHandles));
  let log = "";
  let lines = 0;
  const listen = (chunk: Buffer): void => {
    const text = chunk.toString();
    lines += text.split("\n").length - 1;
    log = (log + text).slice(-2_000);
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  try {
    await untilItListens("the relay", child, port, () => log);
    if (child.pid === undefined) throw new Error("the relay could not be started");
    const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
    return await work({ port, pid: child.pid, data, achex, logLines: () => lines, hasEnded });
  } finally {
    await stopProcess(child);
    process.off("exit", removeData);
    removeData();
  }
}

const statusField = (pid: number, name: string): number => {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** Resident memory in MB; 0 after the process has ended. */
export const rssOf = (pid: number): number => Math.round((statusField(pid, "VmRSS") * 1024) / 1e6);
