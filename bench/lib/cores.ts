import { availableParallelism } from "node:os";
import { has } from "./shell.ts";

const SERVER_CORE = 0;
const LOAD_CORE = 1;

/** Without two cores server and load steal from each other, and no figure means much. */
export const areApart = (): boolean => availableParallelism() >= 2 && has("taskset");

const pinned = (argv: readonly string[], core: number): string[] =>
  areApart() ? ["taskset", "--cpu-list", String(core), ...argv] : [...argv];

const WIDE_FILE_LIMIT = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -H -n)"; exec "$@"';

export const onServerCore = (argv: readonly string[]): string[] =>
  pinned(["sh", "-c", WIDE_FILE_LIMIT, "sh", ...argv], SERVER_CORE);

export const onLoadCore = (argv: readonly string[]): string[] => pinned(argv, LOAD_CORE);
