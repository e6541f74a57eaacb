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

export interface StartedServer extends Running {
  /** Ends the server with SIGTERM and starts it again, on the same port and with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

// A relay closes its sessions over several seconds before it ends.
const RESTART_LIMIT_MS = 20_000;

/** Starts a server in a new folder, which `stop` removes. */
export const startServer = async (rival: Rival): Promise<StartedServer> => {
  const folder = mkdtempSync(join(tmpdir(), `bench-${rival.id}-`));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFolder);
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async (): Promise<number> => {
    const started = launch(onServerCore(rival.command(port, folder)));
    child = started;
    let said = "";
    const listen = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-2_000);
    };
    started.stdout?.on("data", listen);
    started.stderr?.on("data", listen);
    await untilItListens(rival.title, started, port, () => said);
    if (started.pid === undefined) throw new Error(`${rival.title} could not be started`);
    return started.pid;
  };
  const stop = async (): Promise<void> => {
    if (child) await stopProcess(child);
    process.off("exit", removeFolder);
    removeFolder();
  };
  let pid = 0;
  const restart = async (): Promise<void> => {
    if (child) await stopProcess(child, RESTART_LIMIT_MS);
    pid = await start();
  };
  try {
    pid = await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    get pid() {
      return pid;
    },
    restart,
    stop,
  };
};

/** Starts a fresh server, runs `work`, and stops the server. */
export const withServer = async <T>(rival: Rival, work: (server: StartedServer) => Promise<T>): Promise<T> => {
  const server = await startServer(rival);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
};
