// Measures what resume costs while nothing drops, what sessions need in memory, and how fast a crowd that dropped is back.
// npm run bench -- resume [PART ...] [options]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { describeCores } from "./lib/cores.ts";
import { forMarkdown, forTerminal } from "./lib/format.ts";
import { build } from "./lib/load.ts";
import { describeMachine } from "./lib/machine.ts";
import { requireCompiler } from "./lib/packages.ts";
import { stopAllOnExit } from "./lib/processes.ts";
import { resultsFile, writeIntoPage } from "./lib/report.ts";
import { outputOf } from "./lib/shell.ts";
import { type CostLoad, type Costs, costLoads, measureCosts, median, variantsOf } from "./resume/costs.ts";
import { type CrowdResult, measureCrowd } from "./resume/crowd.ts";
import { ours, oursAt } from "./rivals/ours.ts";

const PARTS: readonly string[] = [...costLoads, "crowd", "memory"];

const usage = `npm run bench -- resume [options] [PART ...]

  --rounds N         runs of each variant, which take turns (5)
  --baseline FOLDER  the checkout to compare the classic dialect and achex.2 without resume with (none)
  --clients N        in the crowd (10000)
  --quick            a tenth of the clients and short runs: ignore the figures
  --out FILE         where the results go, as JSON (none)
  --publish          write them to bench/results and docs/performance.md

Parts: ${PARTS.join(", ")}. Default: all.
`;

const isLoad = (word: string): word is CostLoad => costLoads.some((load) => load === word);

function printCosts({ title, runs, ratios, warnings }: Costs): void {
  const rows = Object.entries(runs).map(([id, values]) => [
    id,
    median(values).toFixed(2),
    values.map((value) => value.toFixed(2)).join(" "),
  ]);
  console.log(`\n${title}\n${forTerminal([["", "median", "runs"], ...rows])}`);
  for (const { of, ratio, lowest, highest } of ratios) console.log(`${of}: ${ratio} (${lowest} to ${highest})`);
  for (const warning of warnings) console.log(`unreliable: ${warning}`);
}

const printCrowd = (result: CrowdResult): void => console.log(JSON.stringify(result));

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2).filter((word, index) => index > 0 || word !== "resume"),
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    baseline: { type: "string" },
    clients: { type: "string", default: "10000" },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
    publish: { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  },
});

const ROUGH = "Other programs used the machine meanwhile, so these figures are rough.";

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} KB`;

function pageText(
  date: string,
  costs: readonly Costs[],
  crowds: Readonly<Record<string, readonly CrowdResult[]>>,
): string {
  const ratios = costs.flatMap(({ title, ratios }) =>
    ratios.map(({ of, ratio, lowest, highest }) => [
      title,
      of,
      ratio.toFixed(2),
      `${lowest.toFixed(2)} to ${highest.toFixed(2)}`,
    ]),
  );
  const crowd = (crowds.crowd ?? []).map((one) => [
    one.resume ? "resumed" : "logged in, joined again",
    ...[one.secondsToReturn, one.cpuSecondsToReturn, one.held, one.messages].map(String),
  ]);
  const memory = (crowds.memory ?? []).map(({ resume, memory }) => [
    resume ? "resumable" : "not resumable",
    kilobytes(memory.idle),
    resume ? kilobytes(memory.dropped) : "–",
  ]);
  return [
    date.slice(0, 10),
    forMarkdown([["cost", "compared", "ratio", "lowest to highest"], ...ratios]),
    forMarkdown([["crowd", "seconds until all are back", "CPU seconds", "held", "missed messages received"], ...crowd]),
    forMarkdown([["session", "connected and idle", "away"], ...memory]),
    ...(costs.some(({ warnings }) => warnings.length > 0) ? [ROUGH] : []),
  ].join("\n\n");
}

async function measureCrowds(part: string, count: number): Promise<CrowdResult[]> {
  const work =
    part === "memory" ? { clients: count, perHub: 0, messages: 0 } : { clients: count, perHub: 100, messages: 10 };
  const results: CrowdResult[] = [];
  for (const resume of [true, false]) {
    results.push(await measureCrowd({ ...work, resume }));
    results.slice(-1).forEach(printCrowd);
  }
  return results;
}

async function main(words: readonly string[]): Promise<void> {
  const unknown = words.find((word) => !PARTS.includes(word));
  if (unknown !== undefined) throw new Error(`"${unknown}" is not a part. ${usage}`);
  stopAllOnExit();
  requireCompiler(false);
  await build();
  const { quick, baseline } = values;
  for (const rival of [ours, ...(baseline === undefined ? [] : [oursAt(baseline)])]) await rival.prepare?.();
  const count = Number(values.clients) / (quick ? 10 : 1);
  const costs: Costs[] = [];
  const crowds: Record<string, CrowdResult[]> = {};
  for (const part of words) {
    if (isLoad(part)) {
      costs.push(await measureCosts(part, variantsOf(baseline), { rounds: quick ? 1 : Number(values.rounds), quick }));
      costs.slice(-1).forEach(printCosts);
    } else crowds[part] = await measureCrowds(part, count);
  }
  const date = new Date().toISOString();
  const out = values.publish ? resultsFile("resume", date) : values.out;
  if (!out) return;
  const head = { date, commit: outputOf(["git", "rev-parse", "--short", "HEAD"]) };
  const report = { ...head, how: describeCores(), machine: await describeMachine(), costs, ...crowds };
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
  if (values.publish) writeIntoPage("resume", pageText(date, costs, crowds));
}

if (values.help) console.log(usage);
else {
  await main(positionals.length > 0 ? positionals : PARTS);
  process.exit(0);
}
