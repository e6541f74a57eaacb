import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const running = new Set<ChildProcess>();

/** Each runs in its own process group, so that its workers are ended with it. */
export const launch = (argv: readonly string[], stdin: "ignore" | "pipe" = "ignore"): ChildProcess => {
  const [command = "", ...args] = argv;
  const child = spawn(command, args, { detached: true, stdio: [stdin, "pipe", "pipe"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
};

const signal = (child: ChildProcess, name: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // Already ended.
  }
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const STOP_LIMIT_MS = 3_000;

/** SIGTERM first; SIGKILL if the process has not ended in time. */
export const stopProcess = async (child: ChildProcess, limitMs: number = STOP_LIMIT_MS): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  signal(child, "SIGTERM");
  const killTimer = setTimeout(() => signal(child, "SIGKILL"), limitMs);
  await ended;
  clearTimeout(killTimer);
};

export const stopAllOnExit = (): void => {
  const killAll = (): void => {
    for (const child of running) signal(child, "SIGKILL");
  };
  process.on("exit", killAll);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      killAll();
      process.exit(130);
    });
  }
};

/** The whole output of a program. Rejects if the program fails or runs longer than `limitMs`. */
export const outputWithin = async (argv: readonly string[], limitMs: number): Promise<string> => {
  const child = launch(argv);
  let out = "";
  let errors = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const limit = setTimeout(() => signal(child, "SIGKILL"), limitMs);
  try {
    await once(child, "close");
  } finally {
    clearTimeout(limit);
  }
  if (child.exitCode !== 0) throw new Error(errors.trim() || `${argv[0]} did not end in time`);
  return out;
};
