// Measures how many messages arrive exactly once and in order while connections drop. npm run bench -- drops [SIDE ...] [options]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { runSide, type SideResult } from "./drops/run.ts";
import { type DropSide, sideIds, sides } from "./drops/sides.ts";
import { describeCores } from "./lib/cores.ts";
import { forMarkdown, forTerminal } from "./lib/format.ts";
import { stopAllOnExit } from "./lib/processes.ts";
import { resultsFile, writeIntoPage } from "./lib/report.ts";
import { outputOf } from "./lib/shell.ts";
import { ours } from "./rivals/ours.ts";

const DEFAULT_SIDES: readonly string[] = ["ours", "socketio", "socketio-retries", "ours-restart"];

const usage = `npm run bench -- drops [options] [SIDE ...]

  --seconds N     how long the clients send (300)
  --clients N     (100)
  --per-room N    clients in each room (10)
  --rate N        messages per second of each client (10)
  --every N       average seconds between two drops of a connection (20)
  --drop N        seconds a connection stays dropped (2)
  --delay N       milliseconds that bytes need in each direction (20)
  --restart N     seconds between two restarts, for the sides that restart (60)
  --seed N        of the schedule of drops (1)
  --out FILE      where the results go, as JSON (none)
  --publish       write them to bench/results and docs/performance.md

Sides: ${sideIds.join(", ")}. Default: ${DEFAULT_SIDES.join(", ")}.
`;

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(3)} %`;

const rowOf = ({ title, count, cuts, restarts, secondsToCatchUp, facts }: SideResult): string[] => [
  title,
  percent(count.delivered, count.expected),
  ...[count.expected, count.missing, count.duplicates, count.outOfOrder, cuts, restarts, secondsToCatchUp].map(String),
  Object.entries(facts)
    .map(([key, value]) => `${key} ${value}`)
    .join(", "),
];

const HEAD = [
  ...["", "delivered", "expected", "missing", "twice", "out of order", "drops", "restarts"],
  ...["last after s", "reported by the library"],
];

/** Without what the libraries themselves report. */
const pageRows = (results: readonly SideResult[]): string[][] => [
  HEAD.slice(0, -1),
  ...results.map((result) => rowOf(result).slice(0, -1)),
];

const chosen = (words: readonly string[]): DropSide[] =>
  (words.length === 0 ? DEFAULT_SIDES : words).map((word) => {
    const side = sides.find(({ id }) => id === word);
    if (!side) throw new Error(`"${word}" is not a side. ${usage}`);
    return side;
  });

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2).filter((word, index) => index > 0 || word !== "drops"),
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "300" },
    clients: { type: "string", default: "100" },
    "per-room": { type: "string", default: "10" },
    rate: { type: "string", default: "10" },
    every: { type: "string", default: "20" },
    drop: { type: "string", default: "2" },
    delay: { type: "string", default: "20" },
    restart: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    out: { type: "string" },
    publish: { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  },
});

async function main(): Promise<void> {
  stopAllOnExit();
  const options = {
    clients: Number(values.clients),
    perRoom: Number(values["per-room"]),
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    everySeconds: Number(values.every),
    dropSeconds: Number(values.drop),
    delayMs: Number(values.delay),
    restartEverySeconds: Number(values.restart),
    seed: Number(values.seed),
  };
  await ours.prepare?.();
  const results: SideResult[] = [];
  for (const side of chosen(positionals)) {
    results.push(await runSide(side, options));
    console.log(`${forTerminal([HEAD, ...results.slice(-1).map(rowOf)])}\n`);
  }
  const date = new Date().toISOString();
  const out = values.publish ? resultsFile("drops", date) : values.out;
  if (!out) return;
  const commit = outputOf(["git", "rev-parse", "--short", "HEAD"]);
  const report = { date, commit, how: describeCores(), options, results };
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
  if (values.publish) writeIntoPage("drops", `${date.slice(0, 10)}\n\n${forMarkdown(pageRows(results))}`);
}

if (values.help) console.log(usage);
else {
  await main();
  process.exit(0);
}
