import { type About, type Batch, batchFrom, GAP } from "@achex/streaming";
import { type ReadonlySignal, signal } from "@preact/signals";
import { History } from "../rules/history.ts";
import { type Figures, Meter } from "../rules/meter.ts";

/** Rows per second that a page accepts; a flood beyond it is left out. */
const MOST_ROWS = 100_000;
/** Ages of batches that can be true; others come from clocks that differ from the server's, ms. */
const EARLIEST = -2_000;
const LATEST = 120_000;
/** A stream is recorded while it is sent if its rows are not older than this, ms; otherwise it is played. */
const RECORDED = 30_000;

const NOTHING: Figures = { rate: 0, latency: undefined, worst: undefined, oneOf: 1 };

/** What an accepted batch says about the connection. */
export interface Accepted {
  /** Milliseconds since it was sent, if that is known. */
  readonly lag: number | undefined;
  /** Batches before it that did not arrive. */
  readonly skipped: number;
}

/** What is known of a stream: its rows, its names, and how well it arrives. */
export class StreamModel {
  readonly history = new History();
  readonly about: ReadonlySignal<About>;
  readonly names: ReadonlySignal<readonly string[]>;
  readonly figures: ReadonlySignal<Figures>;
  /** What was left out, and why. */
  readonly notice: ReadonlySignal<string>;
  /** The last value of each series. */
  readonly latest: number[] = [];
  /** Grows with each batch, so that a chart knows that it must draw. */
  version = 0;
  readonly #about = signal<About>({});
  readonly #names = signal<readonly string[]>([]);
  readonly #figures = signal(NOTHING);
  readonly #notice = signal("");
  readonly #meter = new Meter();
  #next: number | undefined;
  #isBroken = false;
  #arrived = Number.NEGATIVE_INFINITY;
  #age = Number.POSITIVE_INFINITY;
  #budget = { from: 0, rows: 0 };
  #rowsPerBatch = 0;

  constructor() {
    this.about = this.#about;
    this.names = this.#names;
    this.figures = this.#figures;
    this.notice = this.#notice;
  }

  /** When the last batch with rows arrived, by the server's clock. */
  get arrived(): number {
    return this.#arrived;
  }

  /** The time at the right edge of a chart that follows the stream. */
  edge(now: number): number {
    const { newest } = this.history;
    return newest === undefined || this.#age < RECORDED ? now : newest;
  }

  /** The next batch is of another sender, or of other rows: their numbers do not continue. `isBroken`: there is a gap between them. */
  restart(isBroken: boolean): void {
    this.#next = undefined;
    this.#isBroken ||= isBroken;
  }

  /** Reads a message, which anybody may have sent. Returns the reason if it is rejected. `now` is the server's time. */
  accept(data: Readonly<Record<string, unknown>>, now: number): Accepted | string {
    const reading = batchFrom(data, now);
    if ("reason" in reading) return reading.reason;
    const { batch } = reading;
    if (!this.#isAffordable(batch, now)) return `more than ${MOST_ROWS} rows per second`;
    const skipped = this.#skippedBefore(batch);
    const { sent, about } = batch;
    const age = sent === undefined ? Number.NaN : now - sent;
    const lag = age > EARLIEST && age < LATEST ? Math.max(0, age) : undefined;
    if (about && JSON.stringify(about) !== JSON.stringify(this.#about.peek())) this.#about.value = about;
    if (batch.times.length > 0) this.#append(batch, skipped, now, lag);
    return { lag, skipped };
  }

  /** To be called a few times per second. */
  measure(now: number): void {
    this.#figures.value = this.#meter.figures(now);
  }

  #append(batch: Batch, skipped: number, now: number, lag: number | undefined): void {
    const { times, columns, of } = batch;
    const { late, restarted } = this.history.append(batch, this.#isBroken || skipped > 0, this.#about.peek().interval);
    this.#isBroken = false;
    if (restarted) this.#meter.clear();
    const rows = times.length;
    this.#rowsPerBatch = this.#rowsPerBatch === 0 ? of : this.#rowsPerBatch * 0.9 + of * 0.1;
    this.#meter.count({ at: now, values: rows * columns.size, rows, of: of + skipped * this.#rowsPerBatch, lag });
    const newest = times.at(-1) ?? now;
    this.#age = Math.abs(now - newest);
    this.#arrived = now;
    if (this.history.names.length !== this.#names.peek().length) this.#names.value = [...this.history.names];
    this.#remember(columns);
    this.version++;
    const ignored =
      batch.ignored > 0 ? "Some series are left out: there are too many, or their values are no numbers." : "";
    this.#notice.value =
      ignored || (late > 0 ? "Some rows are left out, because they are older than those before." : "");
  }

  #remember(columns: Batch["columns"]): void {
    for (const [name, values] of columns) {
      const series = this.history.names.indexOf(name);
      const last = values.findLast((value) => !Number.isNaN(value));
      if (series >= 0 && last !== undefined) this.latest[series] = last === GAP ? Number.NaN : last;
    }
  }

  #skippedBefore({ n }: Batch): number {
    const next = this.#next;
    this.#next = n === undefined ? undefined : n + 1;
    if (n === undefined || next === undefined) return 0;
    if (n < next) this.#isBroken = true;
    return Math.max(0, n - next);
  }

  #isAffordable({ times }: Batch, now: number): boolean {
    if (!(now - this.#budget.from < 1_000)) this.#budget = { from: now, rows: 0 };
    this.#budget.rows += times.length;
    return this.#budget.rows <= MOST_ROWS;
  }
}
