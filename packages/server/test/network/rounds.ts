import { spawnSync } from "node:child_process";
import { loadavg } from "node:os";
import { within } from "../kit/wait.ts";
import { type Hosts, startHosts } from "./hosts.ts";
import { digestOf, historyOf } from "./kept-traffic.ts";
import type { Network } from "./network.ts";
import { playRound, type RoundResult } from "./round.ts";
import { Session } from "./session.ts";

export interface RoundsOptions {
  readonly rounds: number;
  readonly first: number;
  readonly seed: number;
  readonly longest: number;
  /** The program of NATS. */
  readonly natsServer: string;
}

export interface Summary {
  readonly date: string;
  /** Version of NATS. */
  readonly nats: string;
  /** Processes that wanted to run when it began. */
  readonly load: number;
  readonly cutsLinks: boolean;
  readonly rounds: number;
  readonly problems: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly noticed: Figures;
  readonly recovery: Figures;
  readonly keptPause: Figures;
  readonly results: readonly RoundResult[];
}

interface Figures {
  readonly count: number;
  readonly median: number;
  readonly longest: number;
}

function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((one, other) => one - other);
  return { count: sorted.length, median: sorted[Math.floor(sorted.length / 2)] ?? 0, longest: sorted.at(-1) ?? 0 };
}

/** Kills all relays, starts them from their data folders, and compares what they have with what each round has seen. */
async function checkAfterRestart(hosts: Hosts, results: readonly RoundResult[]): Promise<string[]> {
  const problems: string[] = [];
  await Promise.all(hosts.all.map(({ relay }) => relay.end()));
  for (const { relay } of hosts.all) relay.start();
  await hosts.joined(60_000);
  for (const { number, url } of hosts.all) {
    const options = { urls: [url], name: `auditor${number}`, password: "a" };
    const session = await within(
      "the auditor to log in",
      Session.open(options, () => true),
      60_000,
    );
    for (const { hub, digest } of results) {
      if (!session || digest === "") continue;
      await session.result({ joinHub: hub });
      const found = digestOf(await historyOf(session, hub));
      if (found !== digest) problems.push(`after a restart n${number} has ${found} in ${hub} instead of ${digest}`);
      await session.result({ leaveHub: hub });
    }
    session?.close();
  }
  return problems;
}

function line({ round, seed, what, held, recovery, problems, counts }: RoundResult): string {
  const { keptAcknowledged, stateAcknowledged, plainAcknowledged } = counts;
  const amounts = `kept ${keptAcknowledged}, state ${stateAcknowledged}, plain ${plainAcknowledged} acknowledged`;
  const beginning = `round ${round}, seed ${seed}: ${what} for ${held} ms, recovered in ${recovery} ms; ${amounts}`;
  return [beginning, ...problems.map((problem) => `  ✗ ${problem}`)].join("\n");
}

/** Plays the rounds on one cluster, or on a new one after a round that failed. */
export async function playRounds(
  network: Network,
  { rounds, first, seed, longest, natsServer }: RoundsOptions,
  report: (line: string) => void,
): Promise<Summary> {
  const date = new Date().toISOString();
  const nats = spawnSync(natsServer, ["--version"], { encoding: "utf8" }).stdout.trim();
  const [load = 0] = loadavg();
  const results: RoundResult[] = [];
  let onThese: RoundResult[] = [];
  const late: string[] = [];
  let hosts = await startHosts(network, natsServer);
  const check = async (): Promise<void> => {
    for (const problem of await checkAfterRestart(hosts, onThese)) {
      late.push(problem);
      report(`  ✗ ${problem}`);
    }
  };
  try {
    for (let round = first; round < first + rounds; round++) {
      await hosts.joined(60_000);
      const result = await playRound(hosts, { round, seed: seed + round, longest });
      results.push(result);
      onThese.push(result);
      report(line(result));
      if (result.problems.length === 0) continue;
      hosts.keepFolder();
      report(`  logs: ${hosts.folder}`);
      await hosts[Symbol.asyncDispose]();
      onThese = [];
      hosts = await startHosts(network, natsServer);
    }
    await check();
  } finally {
    await hosts[Symbol.asyncDispose]();
  }
  const counts: Record<string, number> = {};
  for (const result of results)
    for (const [name, count] of Object.entries(result.counts)) counts[name] = (counts[name] ?? 0) + count;
  return {
    ...{ date, nats, load, cutsLinks: network.canCut, rounds: results.length, counts },
    problems: results.reduce((sum, { problems }) => sum + problems.length, late.length),
    noticed: figuresOf(results.flatMap(({ noticed }) => noticed)),
    recovery: figuresOf(results.map(({ recovery }) => recovery)),
    keptPause: figuresOf(results.map(({ keptPause }) => keptPause)),
    results,
  };
}
