// Assigns cores: the server alone on core 0, the load on core 1. As root, both get priority over other programs.
import { availableParallelism } from "node:os";
import { has } from "./shell.ts";

const SERVER_CORE = 0;
const LOAD_CORE = 1;
const NICE = -10;
const isRoot = process.getuid?.() === 0;

/** Without two cores, server and load compete for CPU time, and the figures mean little. */
export const areApart = (): boolean => availableParallelism() >= 2 && has("taskset");

const pinned = (argv: readonly string[], core: number): string[] =>
  areApart() ? ["taskset", "--cpu-list", String(core), ...argv] : [...argv];

const WIDE = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -H -n)"';

/** If the kernel groups tasks by session (autogroup), the priority of the group counts rather than that of the process. */
const prioritized = (argv: readonly string[], fileHandles: number | undefined): string[] => {
  const group = isRoot ? `echo ${NICE} 2>/dev/null >/proc/self/autogroup; ` : "";
  const limit = fileHandles === undefined ? WIDE : `ulimit -n ${fileHandles}`;
  const shell = ["sh", "-c", `${group}${limit}; exec "$@"`, "sh", ...argv];
  return isRoot ? ["nice", "-n", String(NICE), ...shell] : shell;
};

/** `fileHandles` defaults to as many as the system allows. */
export const onServerCore = (argv: readonly string[], fileHandles?: number): string[] =>
  pinned(prioritized(argv, fileHandles), SERVER_CORE);

export const onLoadCore = (argv: readonly string[]): string[] => pinned(prioritized(argv, undefined), LOAD_CORE);

const canPreempt = isRoot && has("chrt");

/** Runs with priority on the load's core, so that a load that fills this core does not delay the observer. */
export const asObserver = (argv: readonly string[]): string[] =>
  pinned(canPreempt ? ["chrt", "--rr", "1", ...argv] : argv, LOAD_CORE);

export const describeCores = (): string =>
  [
    areApart()
      ? "server on core 0, everything else on core 1"
      : "everything on the same cores: these figures mean little",
    isRoot ? `server and load at nice ${NICE}` : "no priorities, which only root may set",
    ...(canPreempt ? ["the bystander with real-time priority"] : []),
  ].join("; ");
