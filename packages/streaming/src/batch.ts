/** What a reader accepts; docs/streaming.md lists these for publishers. */
export const LIMITS = {
  /** Series of a stream; others are ignored. */
  series: 16,
  /** Rows of a batch. */
  rows: 10_000,
  /** Characters of the name of a series, a unit or a title. */
  text: 64,
  /** Values beyond it, in either direction, are gaps: axes cannot show them. */
  value: 1e15,
} as const;

/** A row without a value of a series, because it comes in another row. */
export const ABSENT = Number.NaN;
/** The series has a gap here. */
export const GAP = Number.POSITIVE_INFINITY;

/** What a stream says about itself. */
export interface About {
  readonly title?: string;
  /** By the name of the series. */
  readonly units?: Readonly<Record<string, string>>;
  /** The publisher also sends thinned rows. */
  readonly thin?: boolean;
  /** Milliseconds between two rows, if they are fewer than four per second. */
  readonly interval?: number;
}

/** Rows of numbers that arrived together. */
export interface Batch {
  /** Counts up by one. */
  readonly n: number | undefined;
  /** When it was sent, milliseconds since 1970 by the server's clock. */
  readonly sent: number | undefined;
  /** Of each row, milliseconds since 1970; never decreases. */
  readonly times: Float64Array;
  /** One value per row, by series; NaN if the row has none of this series, Infinity where the series has a gap. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Rows that were published, of which these remain. */
  readonly of: number;
  readonly about: About | undefined;
  /** Series that were left out, because there are too many or their values conform to nothing. */
  readonly ignored: number;
}

export type Reading = { readonly batch: Batch } | { readonly reason: string };

type Data = Readonly<Record<string, unknown>>;

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Marks that pile up on one letter reach into the lines above and below. */
const PILES = /(\p{M}{2})\p{M}+/gu;
/** Milliseconds since 1970 that a Date can show. */
const LAST_TIME = 8.64e15;

const isObject = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A text as it may be shown: one line, not too long, without invisible characters and changes of the writing direction. */
export function cleanText(value: unknown): string {
  if (typeof value !== "string") return "";
  const clean = value.slice(0, 1_000).normalize("NFC").replace(HIDDEN, "").replace(PILES, "$1").replace(/\s+/g, " ");
  return [...clean.trim()].slice(0, LIMITS.text).join("").trim();
}

const isTime = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= LAST_TIME;
const countFrom = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

function valueFrom(value: unknown): number {
  if (value === false) return ABSENT;
  if (typeof value === "number" && Math.abs(value) <= LIMITS.value) return value;
  return GAP;
}

/** Milliseconds of each row after the first; undefined if they conform to nothing. */
function offsetsFrom(dt: unknown, rows: number): Float64Array | undefined {
  const offsets = new Float64Array(rows);
  if (dt === undefined) return rows === 1 ? offsets : undefined;
  if (typeof dt === "number") {
    if (!(dt >= 0 && dt <= LAST_TIME)) return undefined;
    for (let row = 1; row < rows; row++) offsets[row] = row * dt;
    return offsets;
  }
  if (!Array.isArray(dt) || dt.length !== rows) return undefined;
  let before = 0;
  for (let row = 0; row < rows; row++) {
    const offset: unknown = dt[row];
    if (!isTime(offset) || offset < before) return undefined;
    offsets[row] = offset;
    before = offset;
  }
  return offsets;
}

function aboutFrom(value: unknown): About | undefined {
  if (!isObject(value)) return undefined;
  const units = isObject(value.units) ? Object.entries(value.units).slice(0, LIMITS.series) : [];
  return {
    title: cleanText(value.title),
    // Not {}: a unit of a series named __proto__ must be a property like any other.
    units: Object.assign(
      Object.create(null),
      Object.fromEntries(units.map(([name, unit]) => [cleanText(name), cleanText(unit)])),
    ),
    thin: value.thin === true,
    ...(isTime(value.interval) && value.interval > 0 && { interval: value.interval }),
  };
}

function columnFrom(value: unknown, rows: number): Float64Array | undefined {
  if (!Array.isArray(value)) return rows === 1 ? Float64Array.of(valueFrom(value)) : undefined;
  if (value.length !== rows) return undefined;
  return Float64Array.from(value, valueFrom);
}

/**
 * Reads a message of a stream, as docs/streaming.md describes. Anybody may have sent it, so anything may be in it. `arrival` is the time
 * of rows that have none.
 */
export function batchFrom(data: Data, arrival: number): Reading {
  const { v, t = arrival, dt } = data;
  if (!isObject(v)) return { reason: "v is not an object with values" };
  if (!isTime(t)) return { reason: "t is not a time in milliseconds since 1970" };
  const names = Object.keys(v);
  const first = names.map((name) => v[name]).find((value) => Array.isArray(value));
  const rows = Array.isArray(first) ? first.length : names.length === 0 ? 0 : 1;
  if (rows > LIMITS.rows) return { reason: `a batch has at most ${LIMITS.rows} rows` };
  const offsets = rows === 0 ? new Float64Array(0) : offsetsFrom(dt, rows);
  if (!offsets) return { reason: "dt is neither the milliseconds between two rows nor one offset for each row" };
  const columns = new Map<string, Float64Array>();
  for (const name of names.slice(0, 2 * LIMITS.series)) {
    const clean = cleanText(name);
    const column = columnFrom(v[name], rows);
    if (clean !== "" && column && !columns.has(clean) && columns.size < LIMITS.series) columns.set(clean, column);
  }
  if (names.length > 0 && columns.size === 0) return { reason: "no series has one number or null for each row" };
  const batch = {
    n: countFrom(data.n),
    sent: isTime(data.sent) ? data.sent : undefined,
    times: offsets.map((offset) => t + offset),
    columns,
    of: Math.max(rows, Math.min(countFrom(data.of) ?? rows, 1e9)),
    about: aboutFrom(data.about),
    ignored: names.length - columns.size,
  };
  return { batch };
}
