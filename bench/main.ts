import { fileURLToPath } from "node:url";
import { areApart } from "./lib/cores.ts";
import { doubtsOf, forTerminal, rowsOf } from "./lib/format.ts";
import { build } from "./lib/load.ts";
import { describeMachine } from "./lib/machine.ts";
import { measure } from "./lib/measure.ts";
import { isComplete, type Options, readOptions, usage } from "./lib/options.ts";
import { needCompiler, whyAbsent } from "./lib/packages.ts";
import { endAllOnExit } from "./lib/processes.ts";
import { publish, type Report, save, type Verdict, verdict } from "./lib/report.ts";
import type { Lookup, Outcome, Rival } from "./lib/types.ts";
import { questions } from "./questions/index.ts";
import { rivals } from "./rivals/index.ts";

const titles: ReadonlyMap<string, string> = new Map(rivals.map(({ id, title }) => [id, title]));

const folderFor = (options: Options): string =>
  options.out ?? fileURLToPath(new URL(isComplete(options) ? "results" : "../build/bench", import.meta.url));

const invite = (options: Options): { present: Rival[]; leftOut: Report["leftOut"] } => {
  const present: Rival[] = [];
  const leftOut: Report["leftOut"] = [];
  for (const rival of rivals.filter(({ id }) => options.rivals.includes(id))) {
    const reason = whyAbsent(rival, options.install);
    if (reason === undefined) present.push(rival);
    else leftOut.push({ rival: rival.title, reason });
  }
  for (const { rival, reason } of leftOut) console.log(`left out: ${rival}: ${reason}`);
  return { present, leftOut };
};

const askAll = async (options: Options, present: readonly Rival[]): Promise<Outcome[]> => {
  const all: Outcome[] = [];
  for (const question of questions.filter(({ id }) => options.only.includes(id))) {
    for (const step of question.steps(options.quick)) {
      const outcomes: Outcome[] = [];
      for (const rival of present) {
        if (step.anonymous && !rival.hasAnonymous) continue;
        if (step.ownDialect && rival.id !== "ours") continue;
        outcomes.push(await measure(question, step, rival, options.runs));
      }
      const lines = [step.title, forTerminal(rowsOf(outcomes, titles)), ...doubtsOf(outcomes, titles)];
      console.log(`\n${lines.join("\n")}`);
      all.push(...outcomes);
    }
  }
  return all;
};

// A quick run is not a measurement, so it is not held against the targets either.
const judge = (options: Options, outcomes: readonly Outcome[]): Verdict[] => {
  if (options.quick) return [];
  const lookup: Lookup = (step, rival) =>
    outcomes.find((outcome) => outcome.step === step && outcome.rival === rival)?.figures ?? undefined;
  return questions
    .filter(({ id }) => options.only.includes(id))
    .flatMap(({ targets }) => targets.map(({ text, met }) => ({ text, met: met(lookup) })));
};

const run = async (options: Options): Promise<boolean> => {
  endAllOnExit();
  needCompiler(options.install);
  await build();
  if (!areApart()) console.log("server and load share a core: these figures mean little");
  const machine = await describeMachine();
  const { present, leftOut } = invite(options);
  for (const rival of present) await rival.prepare?.();
  const outcomes = await askAll(options, present);
  const targets = judge(options, outcomes);
  const versions = Object.fromEntries(present.map((rival) => [rival.id, rival.version()]));
  const report: Report = { date: new Date().toISOString(), options, machine, versions, leftOut, outcomes, targets };
  if (targets.length > 0) console.log(`\n${targets.map(verdict).join("\n")}`);
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

// What hostile clients do to others has options of its own.
if (Bun.argv[2] === "hostile") await import("./hostile.ts");
else await main();
