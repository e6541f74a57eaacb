// Who runs where: the relay alone on core 0; attackers and bystander on core 1, where the bystander goes before everybody else, so
// that an attacker which fills that core does not delay what is measured. Without root, priorities stay as they are.
import { areApart } from "../../lib/cores.ts";
import { has } from "../../lib/shell.ts";

const RELAY_CORE = "0";
const LOAD_CORE = "1";
const RELAY_NICE = -10;
const ATTACKER_NICE = -5;
const isRoot = process.getuid?.() === 0;

const pinned = (core: string, argv: readonly string[]): string[] =>
  areApart() ? ["taskset", "--cpu-list", core, ...argv] : [...argv];

/** Where the kernel groups tasks by session (autogroup), it is the group's priority that counts and not the process's. */
const prioritized = (argv: readonly string[], nice: number, fileHandles: number | undefined): string[] => {
  const group = isRoot ? `echo ${nice} 2>/dev/null >/proc/self/autogroup; ` : "";
  const shell = ["sh", "-c", `${group}ulimit -n ${fileHandles ?? '"$(ulimit -H -n)"'}; exec "$@"`, "sh", ...argv];
  return isRoot ? ["nice", "-n", String(nice), ...shell] : shell;
};

export const onRelayCore = (argv: readonly string[], fileHandles: number | undefined): string[] =>
  pinned(RELAY_CORE, prioritized(argv, RELAY_NICE, fileHandles));

export const asAttacker = (argv: readonly string[]): string[] =>
  pinned(LOAD_CORE, prioritized(argv, ATTACKER_NICE, undefined));

const canPreempt = isRoot && has("chrt");

export const asBystander = (argv: readonly string[]): string[] =>
  pinned(LOAD_CORE, canPreempt ? ["chrt", "--rr", "1", ...argv] : [...argv]);

export const howItRuns = (): string =>
  [
    areApart()
      ? "relay on core 0, attackers (one process) and bystander (another) on core 1"
      : "everything on the same cores: these figures mean little",
    isRoot ? `relay at nice ${RELAY_NICE}, attackers at nice ${ATTACKER_NICE}` : "no priorities (needs root)",
    ...(canPreempt ? ["bystander with real-time priority (chrt --rr 1)"] : []),
  ].join("; ");
