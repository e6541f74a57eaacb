import { createFrameTimes, type FrameTimes } from "../../shared/feel/frame-times.ts";
import type { WallInstrument } from "../net/wall-instrument.ts";
import type { Channel } from "../rules/channel.ts";
import { type Box, drawBar, drawTrend } from "./draw-channel.ts";
import { followPalette, type Palette } from "./palette.ts";

/** Digits change at most so often, ms; bars and trends as well. */
const DIGITS = 250;
const PICTURE = 100;
/** The same for each field on the screen: a wall of 100 is drawn four times a second, which nobody sees from where all of it is seen. */
const PICTURE_PER_FIELD = 2.5;
/** Work of one frame, ms. What does not fit is drawn in the next one. */
const BUDGET = 5;

/** Where one channel of a field shows. */
export interface Row {
  readonly value: HTMLElement;
  readonly unit: HTMLElement;
}

/** A field on the page that the painter keeps up to date. */
export interface PaintedField {
  readonly instrument: WallInstrument;
  readonly canvas: HTMLCanvasElement;
  /** The channels to show, in the order of their rows. */
  channels(): readonly Channel[];
  readonly rows: readonly Row[];
  readonly age: HTMLElement;
  /** Writes digits, or the age of an old value. */
  write(now: number): void;
}

interface Entry {
  readonly field: PaintedField;
  isVisible: boolean;
  width: number;
  height: number;
  drawnAt: number;
  writtenAt: number;
}

/** Draws all fields in one frame loop, those that are on the screen, each in turn, and never more in a frame than fits. */
export class Painter {
  readonly work: FrameTimes = createFrameTimes(3_600);
  readonly interval: FrameTimes = createFrameTimes(3_600);
  readonly #entries = new Map<Element, Entry>();
  readonly #visibility: IntersectionObserver;
  readonly #sizes: ResizeObserver;
  #queue: Entry[] = [];
  #visible = 0;
  #palette: Palette | undefined;
  #request = 0;
  #last: number | undefined;
  readonly #unfollow: () => void;

  constructor(private readonly now: () => number) {
    this.#unfollow = followPalette((palette) => {
      this.#palette = palette;
      for (const entry of this.#entries.values()) entry.drawnAt = 0;
    });
    this.#visibility = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) {
        const entry = this.#entries.get(target);
        if (!entry || entry.isVisible === isIntersecting) continue;
        entry.isVisible = isIntersecting;
        this.#visible += isIntersecting ? 1 : -1;
      }
    });
    this.#sizes = new ResizeObserver((changes) => {
      for (const { target, contentRect } of changes) this.#resize(target, contentRect);
    });
    this.#request = requestAnimationFrame((time) => this.#frame(time));
  }

  /** Returns a function that removes it. */
  add(field: PaintedField): () => void {
    const { canvas } = field;
    this.#entries.set(canvas, { field, isVisible: false, width: 0, height: 0, drawnAt: 0, writtenAt: 0 });
    this.#visibility.observe(canvas);
    this.#sizes.observe(canvas);
    return () => {
      if (this.#entries.get(canvas)?.isVisible) this.#visible--;
      this.#entries.delete(canvas);
      this.#visibility.unobserve(canvas);
      this.#sizes.unobserve(canvas);
    };
  }

  close(): void {
    cancelAnimationFrame(this.#request);
    this.#visibility.disconnect();
    this.#sizes.disconnect();
    this.#unfollow();
  }

  #resize(canvas: Element, { width, height }: DOMRectReadOnly): void {
    const entry = this.#entries.get(canvas);
    if (!entry || !(canvas instanceof HTMLCanvasElement) || width === 0) return;
    const ratio = Math.min(2, devicePixelRatio);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    Object.assign(entry, { width, height, drawnAt: 0 });
  }

  #frame(time: number): void {
    this.#request = requestAnimationFrame((next) => this.#frame(next));
    if (this.#last !== undefined) this.interval.add(time - this.#last);
    this.#last = time;
    const started = performance.now();
    const now = this.now();
    if (this.#queue.length === 0) this.#queue = [...this.#entries.values()];
    // Those that were not reached are first in the next frame, so that each has its turn.
    let done = 0;
    for (const entry of this.#queue) {
      if (performance.now() - started > BUDGET) break;
      this.#paint(entry, now);
      done++;
    }
    this.#queue.splice(0, done);
    this.work.add(performance.now() - started);
  }

  #paint(entry: Entry, now: number): void {
    if (!entry.isVisible || entry.width === 0) return;
    if (now - entry.writtenAt >= DIGITS) {
      entry.writtenAt = now;
      entry.field.write(now);
    }
    if (now - entry.drawnAt < Math.max(PICTURE, PICTURE_PER_FIELD * this.#visible)) return;
    entry.drawnAt = now;
    this.#draw(entry, now);
  }

  #draw({ field, width, height }: Entry, now: number): void {
    const context = field.canvas.getContext("2d");
    const palette = this.#palette;
    if (!context || !palette) return;
    const ratio = field.canvas.width / width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const channels = field.channels();
    const isOld = field.instrument.liveness === "stale" || field.instrument.liveness === "offline";
    const row = height / Math.max(1, field.rows.length);
    for (const [at, channel] of channels.entries()) {
      const box: Box = { x: 1, y: at * row + 4, width: width - 2, height: row - 8 };
      const bar = { ...box, y: box.y + box.height - 8, height: 5 };
      drawBar(context, bar, channel, palette, isOld);
      const trend = { ...box, height: box.height - 14 };
      const colors = { color: isOld ? palette.stale : palette.trace, band: palette.band };
      if (trend.height > 6)
        drawTrend(context, trend, { quantity: channel.quantity, trend: channel.minute }, colors, now);
    }
  }
}
