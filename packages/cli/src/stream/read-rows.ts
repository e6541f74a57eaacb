import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { ABSENT, GAP } from "@achex/streaming";
import { parse } from "csv-parse";
import { UsageError } from "../failure.ts";

/** One line of the input: a value for each series that it names, and its time if it has one. */
export interface InputRow {
  readonly values: ReadonlyMap<string, number>;
  /** Milliseconds since 1970. */
  readonly time: number | undefined;
}

export interface ReadOptions {
  readonly format: "csv" | "ndjson" | undefined;
  /** Name of the column with the time. */
  readonly time: string | undefined;
  /** Called once for each kind of value that is not a number, with an example. */
  readonly ignored: (column: string, value: string) => void;
}

/** Times below are seconds, from there on milliseconds: 100 million seconds are in 1973, 100 billion in 5138. */
const FIRST_MILLISECOND = 1e11;

/** A time as seconds or milliseconds since 1970, or as a date. */
export function timeFrom(value: unknown): number | undefined {
  const number =
    typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (number >= 0) return number < FIRST_MILLISECOND ? number * 1_000 : number;
  const date = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return date >= 0 ? date : undefined;
}

const EMPTY = /^(|-|nan|null|none|n\/a)$/i;

/** A cell as a number; an empty one is a gap. undefined if it is a text. */
function numberFrom(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value === null) return GAP;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (EMPTY.test(text)) return GAP;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}

class RowReader {
  readonly #told = new Set<string>();
  constructor(private readonly options: ReadOptions) {}

  row(entries: Iterable<readonly [string, unknown]>): InputRow {
    const values = new Map<string, number>();
    let time: number | undefined;
    for (const [name, value] of entries) {
      if (name === this.options.time) {
        time = timeFrom(value);
        if (time === undefined) this.#tell(name, value);
        continue;
      }
      const number = numberFrom(value);
      if (number === undefined) this.#tell(name, value);
      else values.set(name, number);
    }
    return { values, time };
  }

  #tell(name: string, value: unknown): void {
    if (this.#told.has(name) || this.#told.size >= 100) return;
    this.#told.add(name);
    this.options.ignored(name, JSON.stringify(value)?.slice(0, 60) ?? "");
  }
}

/** The lines of the input, the first one included, which says what the format is. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
    if (line.trim() !== "") yield line;
}

async function* readObjects(lines: AsyncIterable<string>, reader: RowReader): AsyncGenerator<InputRow> {
  let number = 0;
  for await (const line of lines) {
    number++;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new UsageError(`line ${number} is not valid JSON: ${line.slice(0, 60)}`);
    }
    if (typeof value === "number") yield reader.row([["value", value]]);
    else if (typeof value === "object" && value !== null && !Array.isArray(value))
      yield reader.row(Object.entries(value));
    else throw new UsageError(`line ${number} is not a JSON object: ${line.slice(0, 60)}`);
  }
}

async function* readTable(lines: AsyncIterable<string>, reader: RowReader): AsyncGenerator<InputRow> {
  const parser = parse({ bom: true, trim: true, relax_column_count: true, skip_empty_lines: true });
  const feed = async () => {
    for await (const line of lines) if (!parser.write(`${line}\n`)) await new Promise((go) => parser.once("drain", go));
    parser.end();
  };
  const feeding = feed().catch((error: Error) => void parser.destroy(error));
  let names: readonly string[] | undefined;
  try {
    for await (const record of parser) {
      const cells: readonly string[] = record;
      if (!names) names = cells.map((name, at) => name || `column ${at + 1}`);
      else yield reader.row(names.map((name, at) => [name, cells[at] ?? ""]));
    }
  } catch (error) {
    throw new UsageError(`the input is not valid CSV: ${error instanceof Error ? error.message : String(error)}`);
  }
  await feeding;
}

/** The rows of CSV, whose first line has the names of the series, or of one JSON object per line. Without a format, the first line decides. */
export async function* readRows(input: Readable, options: ReadOptions): AsyncGenerator<InputRow> {
  const lines = linesOf(input);
  const first = await lines.next();
  if (first.done) return;
  const all = (async function* () {
    yield first.value;
    yield* lines;
  })();
  const isObjects = options.format ? options.format === "ndjson" : /^\s*\{/.test(first.value);
  const reader = new RowReader(options);
  yield* isObjects ? readObjects(all, reader) : readTable(all, reader);
}

/** The values of a row in the order of the series. `seriesOf` returns the number of a series, or -1 if there are too many. */
export function orderedValues(values: ReadonlyMap<string, number>, seriesOf: (name: string) => number): number[] {
  const ordered: number[] = [];
  for (const [name, value] of values) {
    const series = seriesOf(name);
    while (ordered.length <= series) ordered.push(ABSENT);
    if (series >= 0) ordered[series] = value;
  }
  return ordered;
}
