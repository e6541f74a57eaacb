import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Figure {
  readonly value: string;
  readonly unit: string;
  readonly what: string;
}

export interface Figures {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly machine: string;
  readonly list: readonly Figure[];
}

type Data = Readonly<Record<string, unknown>>;

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);
const dataFrom = (value: unknown): Data => (isData(value) ? value : {});
const isNumber = (value: unknown): value is number => typeof value === "number";

/** 1234 → "1200": more digits than two would claim what one run cannot know. */
const twoDigits = (value: number): string => String(Number(value.toPrecision(2)));

/** What of which step is shown, and how: one and the same load for each figure, whichever is the best. */
const shown = [
  {
    step: "fanout-600",
    figure: "cpuPerDelivery",
    unit: "µs",
    what: "of CPU for each delivery, of 600 messages a second to 1,000 listeners",
    scale: 1,
  },
  { step: "pairs-paced", figure: "p99Millis", unit: "ms", what: "latency at most, for 99 of 100 messages", scale: 1 },
  {
    step: "idle",
    figure: "rssPerConnection",
    unit: "KB",
    what: "of memory for an idle connection that is logged in",
    scale: 1 / 1024,
  },
  {
    step: "storm",
    figure: "secondsToLogin",
    unit: "s",
    what: "until 10,000 clients are back after an outage",
    scale: 1,
  },
] as const;

/** Figures that other programs disturbed are not worth showing. */
function figureOf(outcomes: readonly Data[], { step, figure, unit, what, scale }: (typeof shown)[number]): Figure[] {
  const own = outcomes.find((one) => one.step === step && one.rival === "ours");
  const isDoubted = Array.isArray(own?.doubts) && own.doubts.length > 0;
  const value = dataFrom(own?.figures)[figure];
  return isNumber(value) && !isDoubted ? [{ value: twoDigits(value * scale), unit, what }] : [];
}

/** The newest results in that folder; undefined when there are none worth showing. */
export function readFigures(folder: string): Figures | undefined {
  if (!existsSync(folder)) return undefined;
  const newest = readdirSync(folder)
    .filter((name) => /^\d{4}-\d\d-\d\d\.json$/.test(name))
    .toSorted()
    .at(-1);
  if (newest === undefined) return undefined;
  const report = dataFrom(JSON.parse(readFileSync(join(folder, newest), "utf8")));
  const outcomes = Array.isArray(report.outcomes) ? report.outcomes.filter(isData) : [];
  const list = shown.flatMap((one) => figureOf(outcomes, one));
  const { cpu, cores } = dataFrom(report.machine);
  return list.length === 0 ? undefined : { date: newest.slice(0, 10), machine: `${cpu}, ${cores} cores`, list };
}
