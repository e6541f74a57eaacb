import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawChart } from "./chart.ts";
import { forMarkdown, rowsOf, warningLines } from "./format.ts";
import type { Machine } from "./machine.ts";
import type { Options } from "./options.ts";
import type { Ratios } from "./ratios.ts";
import type { Outcome } from "./types.ts";

export interface TargetResult {
  text: string;
  met: boolean | undefined;
}

export interface Report {
  date: string;
  options: Options;
  machine: Machine;
  versions: Record<string, string>;
  leftOut: { rival: string; reason: string }[];
  outcomes: Outcome[];
  /** Achex against each other server, step by step. */
  ratios: Ratios;
  targets: TargetResult[];
}

const pagePath = fileURLToPath(new URL("../../docs/performance.md", import.meta.url));

const groupBySteps = (outcomes: readonly Outcome[]): Map<string, Outcome[]> =>
  Map.groupBy(outcomes, ({ title }) => title);

export const targetLine = ({ text, met }: TargetResult): string =>
  `${met === undefined ? "not measured" : met ? "met" : "missed"}: ${text}`;

const machineLine = ({ date, machine, options }: Report): string =>
  `${date.slice(0, 10)} · ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB, hypervisor ${machine.hypervisor} · ` +
  `Linux ${machine.kernel}, TCP ${machine.congestionControl} · a bare send costs ${machine.bareSendMicros ?? "?"} µs · ` +
  (options.runs === 1 ? "one run" : `median of ${options.runs} runs`);

const figuresPage = (report: Report, titles: ReadonlyMap<string, string>): string => {
  const day = report.date.slice(0, 10);
  const tables = [...groupBySteps(report.outcomes)].map(([title, outcomes]) =>
    [`### ${title}`, forMarkdown(rowsOf(outcomes, titles)), ...warningLines(outcomes, titles)].join("\n\n"),
  );
  const left = report.leftOut.map(({ rival, reason }) => `- left out: ${rival}: ${reason}`);
  return [
    machineLine(report),
    Object.values(report.versions).join(" · "),
    ...(left.length > 0 ? [left.join("\n")] : []),
    `![Bars per workload and server](../bench/results/${day}.svg)`,
    ...tables,
  ].join("\n\n");
};

/** Replaces the part of docs/performance.md between the markers of that name. */
export const writeIntoPage = (name: "figures" | "drops" | "resume", text: string): void => {
  const begin = `<!-- ${name}: written by npm run bench, do not edit -->`;
  const page = readFileSync(pagePath, "utf8");
  const from = page.indexOf(begin);
  const to = page.indexOf(`<!-- end of ${name} -->`);
  if (from < 0 || to < from) throw new Error(`${pagePath} has lost its markers for ${name}`);
  writeFileSync(pagePath, `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`);
};

/** Where the results of one kind go that were not measured in a complete run. */
export const resultsFile = (kind: "drops" | "resume", date: string): string =>
  fileURLToPath(new URL(`../results/${date.slice(0, 10)}-${kind}.json`, import.meta.url));

export const save = (report: Report, titles: ReadonlyMap<string, string>, folder: string): string => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, report.date.slice(0, 10));
  writeFileSync(`${file}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${file}.svg`, drawChart(report.outcomes, titles));
  return file;
};

export const publish = (report: Report, titles: ReadonlyMap<string, string>): void =>
  writeIntoPage("figures", figuresPage(report, titles));
