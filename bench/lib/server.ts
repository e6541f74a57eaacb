import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onServerCore } from "./cores.ts";
import { launch, stopProcess } from "./processes.ts";
import type { Rival } from "./types.ts";

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (isUp: boolean) => () => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once("connect", settle(true)).once("error", settle(false));
  });

const START_LIMIT_MS = 15_000;
const BETWEEN_TRIES_MS = 50;
// A server that accepts connections may still be loading code.
const SETTLE_MS = 500;

/** Rejects with the server's output if it ends, or does not listen in time. */
export const untilItListens = async (
  title: string,
  child: ChildProcess,
  port: number,
  said: () => string,
): Promise<void> => {
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${title} ended at once: ${said().trim()}`);
    if (Date.now() > deadline) throw new Error(`${title} does not listen: ${said().trim()}`);
    await Bun.sleep(BETWEEN_TRIES_MS);
  }
  await Bun.sleep(SETTLE_MS);
};

export interface Running {
  port: number;
  pid: number;
}

/** Starts a fresh server, runs `work`, and stops the server. */
export const withServer = async <T>(rival: Rival, work: (server: Running) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), `bench-${rival.id}-`));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFolder);
  const port = await freePort();
  const child = launch(onServerCore(rival.command(port, folder)));
  let said = "";
  const listen = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-2_000);
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  try {
    await untilItListens(rival.title, child, port, () => said);
    if (child.pid === undefined) throw new Error(`${rival.title} could not be started`);
    return await work({ port, pid: child.pid });
  } finally {
    await stopProcess(child);
    process.off("exit", removeFolder);
    removeFolder();
  }
};
