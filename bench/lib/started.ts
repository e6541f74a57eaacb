import { readdirSync, readFileSync } from "node:fs";
import { launch, stopProcess } from "./processes.ts";
import { freePort, untilItListens } from "./server.ts";

/** A process that listens on a port. */
export interface Started {
  readonly port: number;
  readonly pid: number;
  /** Ends it with SIGTERM, or with SIGKILL if that takes longer than `limit`, by default 10,000 ms. */
  stop(limit?: number): Promise<void>;
  kill(): void;
}

const STOP_LIMIT_MS = 10_000;
const LOG_CHARACTERS = 2_000;
const TICKS_PER_SECOND = 100;

/** Starts a command that listens on the given port, by default a free one. Rejects with its output if it does not. */
export async function startProcess(
  name: string,
  command: (port: number) => readonly string[],
  given?: number,
): Promise<Started> {
  const port = given ?? (await freePort());
  const child = launch(command(port));
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-LOG_CHARACTERS);
    });
  await untilItListens(name, child, port, () => log);
  if (child.pid === undefined) throw new Error(`${name} could not be started`);
  return {
    port,
    pid: child.pid,
    stop: (limit = STOP_LIMIT_MS) => stopProcess(child, limit),
    kill: () => void child.kill("SIGKILL"),
  };
}

const statOf = (pid: number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
};

/** A process and those that it started, also those of theirs. */
export function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    try {
      parents.set(Number(name), Number(statOf(Number(name))[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const family = [root];
  for (const one of family) for (const [pid, parent] of parents) if (parent === one) family.push(pid);
  return family;
}

/** Seconds of CPU that processes have used; 0 for one that has ended. */
export const cpuSecondsOf = (...pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    try {
      const fields = statOf(pid);
      return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    } catch {
      return sum;
    }
  }, 0);
