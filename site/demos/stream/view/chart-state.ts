import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { StreamModel } from "../net/model.ts";

/** Lengths of time that a chart can show, ms. */
export const SPANS = [2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 28_800_000] as const;
const FIRST_SPAN = 10_000;
/** The shortest window that makes sense, ms. */
const SHORTEST = 5;
const LONGEST = 8 * 3_600_000;

/** What is under the pointer. */
export interface Pointed {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Of each series; NaN if it has none there. */
  readonly values: readonly number[];
}

export interface Frozen {
  readonly from: number;
  readonly to: number;
}

/** What of a stream is shown. */
export class ChartState {
  /** Length of the window while it follows the stream, ms. */
  readonly span: Signal<number> = signal(FIRST_SPAN);
  /** The window does not follow the stream: it was zoomed, moved or paused. */
  readonly frozen: ReadonlySignal<Frozen | undefined>;
  /** Undefined while the pointer is elsewhere. */
  readonly pointed: Signal<Pointed | undefined> = signal<Pointed | undefined>(undefined);
  readonly #frozen = signal<Frozen | undefined>(undefined);
  readonly #hidden = signal<ReadonlySet<number>>(new Set());
  readonly #theme = signal("");
  #last: Frozen = { from: 0, to: FIRST_SPAN };

  constructor() {
    this.frozen = this.#frozen;
  }

  /** Numbers of the series that are not drawn. */
  get hidden(): ReadonlySet<number> {
    return this.#hidden.value;
  }

  /** Changes with everything that makes a new picture necessary. */
  get look(): string {
    return `${[...this.#hidden.peek()].join()} ${this.#theme.peek()}`;
  }

  /** Changes with the colours of the page. */
  get theme(): string {
    return this.#theme.peek();
  }

  setTheme(theme: string): void {
    this.#theme.value = theme;
  }

  toggle(series: number): void {
    const hidden = new Set(this.#hidden.peek());
    if (!hidden.delete(series)) hidden.add(series);
    this.#hidden.value = hidden;
  }

  window(now: number, model: StreamModel): Frozen & { readonly isLive: boolean } {
    const frozen = this.#frozen.peek();
    if (frozen) return { ...frozen, isLive: false };
    const to = model.edge(now);
    this.#last = { from: to - this.span.peek(), to };
    return { ...this.#last, isLive: true };
  }

  /** Follows the stream again. */
  live(): void {
    this.#frozen.value = undefined;
  }

  pause(): void {
    this.#frozen.value ??= this.#last;
  }

  show(span: number): void {
    this.span.value = span;
    const frozen = this.#frozen.peek();
    if (frozen) this.zoomTo(frozen.to - span, frozen.to);
  }

  zoomTo(from: number, to: number): void {
    const middle = (from + to) / 2;
    const half = Math.max(SHORTEST, Math.min(LONGEST, to - from)) / 2;
    this.#frozen.value = { from: middle - half, to: middle + half };
  }

  /** Makes the window longer (above 1) or shorter around a place in it, 0 to 1. */
  zoom(factor: number, place = 0.5): void {
    const { from, to } = this.#frozen.peek() ?? this.#last;
    const span = Math.max(SHORTEST, Math.min(LONGEST, (to - from) * factor));
    const at = from + (to - from) * place;
    this.zoomTo(at - span * place, at + span * (1 - place));
  }

  /** Moves the window by a part of its length. */
  move(part: number): void {
    const { from, to } = this.#frozen.peek() ?? this.#last;
    const by = (to - from) * part;
    this.#frozen.value = { from: from + by, to: to + by };
  }
}
