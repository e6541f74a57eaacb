import { fileURLToPath } from "node:url";
import { areApart } from "./lib/cores.ts";
import { forTerminal, rowsOf, warningLines } from "./lib/format.ts";
import { build } from "./lib/load.ts";
import { describeMachine } from "./lib/machine.ts";
import { measure } from "./lib/measure.ts";
import { isComplete, type Options, readOptions, usage } from "./lib/options.ts";
import { reasonMissing, requireCompiler } from "./lib/packages.ts";
import { stopAllOnExit } from "./lib/processes.ts";
import { ratioLines, ratiosOf } from "./lib/ratios.ts";
import { publish, type Report, save, type TargetResult, targetLine } from "./lib/report.ts";
import type { Lookup, Outcome, Rival } from "./lib/types.ts";
import { rivals } from "./rivals/index.ts";
import { workloads } from "./workloads/index.ts";

const titles: ReadonlyMap<string, string> = new Map(rivals.map(({ id, title }) => [id, title]));

const folderFor = (options: Options): string =>
  options.out ?? fileURLToPath(new URL(isComplete(options) ? "results" : "../build/bench", import.meta.url));

const findRivals = (options: Options): { available: Rival[]; leftOut: Report["leftOut"] } => {
  const available: Rival[] = [];
  const leftOut: Report["leftOut"] = [];
  for (const rival of rivals.filter(({ id }) => options.rivals.includes(id))) {
    const reason = reasonMissing(rival, options.install);
    if (reason === undefined) available.push(rival);
    else leftOut.push({ rival: rival.title, reason });
  }
  for (const { rival, reason } of leftOut) console.log(`left out: ${rival}: ${reason}`);
  return { available, leftOut };
};

const runWorkloads = async (options: Options, available: readonly Rival[]): Promise<Outcome[]> => {
  const all: Outcome[] = [];
  for (const workload of workloads.filter(({ id }) => options.only.includes(id))) {
    for (const step of workload.steps(options.quick)) {
      const outcomes: Outcome[] = [];
      for (const rival of available) {
        if (step.anonymous && !rival.allowsAnonymous) continue;
        if (step.achexDialect && rival.id !== "ours") continue;
        outcomes.push(await measure(workload, step, rival, options.runs));
      }
      const lines = [step.title, forTerminal(rowsOf(outcomes, titles)), ...warningLines(outcomes, titles)];
      console.log(`\n${lines.join("\n")}`);
      all.push(...outcomes);
    }
  }
  return all;
};

// A quick run is not a measurement, so it is not compared with the targets.
const checkTargets = (options: Options, outcomes: readonly Outcome[]): TargetResult[] => {
  if (options.quick) return [];
  const lookup: Lookup = (step, rival) =>
    outcomes.find((outcome) => outcome.step === step && outcome.rival === rival)?.figures ?? undefined;
  return workloads
    .filter(({ id }) => options.only.includes(id))
    .flatMap(({ targets }) => targets.map(({ text, met }) => ({ text, met: met(lookup) })));
};

const run = async (options: Options): Promise<boolean> => {
  stopAllOnExit();
  requireCompiler(options.install);
  await build();
  if (!areApart()) console.log("server and load share a core: these figures mean little");
  const machine = await describeMachine();
  const { available, leftOut } = findRivals(options);
  for (const rival of available) await rival.prepare?.();
  const outcomes = await runWorkloads(options, available);
  const targets = checkTargets(options, outcomes);
  const versions = Object.fromEntries(available.map((rival) => [rival.id, rival.version()]));
  const ratios = ratiosOf(outcomes);
  const date = new Date().toISOString();
  const report: Report = { date, options, machine, versions, leftOut, outcomes, ratios, targets };
  console.log(`\n${ratioLines(ratios).join("\n")}`);
  if (targets.length > 0) console.log(`\n${targets.map(targetLine).join("\n")}`);
  console.log(`\n${save(report, titles, folderFor(options))}.{json,svg}`);
  if (isComplete(options) && options.out === undefined) publish(report, titles);
  return outcomes.every(({ rival, figures }) => rival !== "ours" || figures !== null);
};

const main = async (): Promise<void> => {
  try {
    const options = readOptions(Bun.argv.slice(2));
    if (options === "help") console.log(usage);
    else process.exitCode = (await run(options)) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
};

// These parse their own options.
if (Bun.argv[2] === "hostile") await import("./hostile.ts");
else if (Bun.argv[2] === "drops") await import("./drops.ts");
else if (Bun.argv[2] === "resume") await import("./resume.ts");
else await main();
