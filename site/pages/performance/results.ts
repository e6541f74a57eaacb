import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "@achex/protocol";

export const dataFrom = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
export const textFrom = (value: unknown): string => (typeof value === "string" ? value : "");

/** YYYY-MM-DD. */
const DATE_LENGTH = 10;

/** One server under one load: the median run. */
export interface Outcome {
  readonly step: string;
  /** The benchmark's description of the load. */
  readonly title: string;
  readonly rival: string;
  /** Measured values by name; only finite numbers. */
  readonly figures: Readonly<Record<string, number>>;
  /** Why the figures are unreliable; empty when they are not. */
  readonly warnings: readonly string[];
}

export interface Results {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** Such as "AMD EPYC, 2 cores". */
  readonly machine: string;
  /** Such as "Linux 6.18.44, median of 3 runs". */
  readonly setup: string;
  readonly versions: readonly string[];
  readonly outcomes: readonly Outcome[];
}

/** Display names of the measured servers. */
const NAMES: Readonly<Record<string, string>> = {
  ours: "Achex",
  floor: "bare C loop",
  "bun-plain": "plain Bun",
  ws: "ws",
  socketio: "Socket.IO",
  nats: "NATS",
  nchan: "nchan",
};

export const nameOf = (rival: string): string => NAMES[rival] ?? rival;

function outcomeFrom(value: JsonObject): Outcome {
  const figures = Object.entries(dataFrom(value.figures)).filter((entry): entry is [string, number] =>
    Number.isFinite(entry[1]),
  );
  return {
    step: textFrom(value.step),
    title: textFrom(value.title),
    rival: textFrom(value.rival),
    figures: Object.fromEntries(figures),
    warnings: Array.isArray(value.warnings) ? value.warnings.map(String) : [],
  };
}

/** The newest file of a kind in that folder (`bench/results`): `2026-11-26.json`, or `2026-11-26-drops.json` for the kind `drops`. */
export function newestReport(
  folder: string,
  kind?: string,
): { readonly date: string; readonly report: JsonObject } | undefined {
  if (!existsSync(folder)) return undefined;
  const end = kind === undefined ? ".json" : `-${kind}.json`;
  const newest = readdirSync(folder)
    .filter((name) => name.length === DATE_LENGTH + end.length && name.endsWith(end))
    .toSorted()
    .at(-1);
  if (newest === undefined) return undefined;
  return {
    date: newest.slice(0, DATE_LENGTH),
    report: dataFrom(JSON.parse(readFileSync(join(folder, newest), "utf8"))),
  };
}

/** The newest complete run in that folder; undefined when there is none. */
export function readResults(folder: string): Results | undefined {
  const found = newestReport(folder);
  if (!found) return undefined;
  const { date, report } = found;
  const outcomes = Array.isArray(report.outcomes) ? report.outcomes.filter(isJsonObject).map(outcomeFrom) : [];
  const { cpu, cores, kernel } = dataFrom(report.machine);
  const { runs } = dataFrom(report.options);
  return {
    date,
    machine: `${textFrom(cpu)}, ${Number(cores)} cores`,
    setup: `Linux ${textFrom(kernel)}, ${Number(runs) > 1 ? `median of ${Number(runs)} runs` : "one run"}`,
    versions: Object.values(dataFrom(report.versions)).map(String),
    outcomes,
  };
}

/** 1234 → "1,200": more than two digits would claim what one run cannot know. */
export const twoDigits = (value: number): string => Number(value.toPrecision(2)).toLocaleString("en-GB");
