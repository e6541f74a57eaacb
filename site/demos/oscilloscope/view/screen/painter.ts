import { createFrameTimes } from "../../../shared/feel/frame-times.ts";
import type { Waveform } from "../../net/waveform.ts";
import { columnsOf } from "../../signal/columns.ts";
import type { ViewOptions } from "../options.ts";
import type { Reference, Scope } from "../scope.ts";
import { COLORS, channelColor, partsOf } from "./colors.ts";
import { drawGrid } from "./grid.ts";
import { drawCursors, drawGrounds, drawTrigger } from "./marks.ts";
import { Phosphor } from "./phosphor.ts";
import { type Axes, type Plot, plotOf, type Scale, visibleSamples } from "./plot.ts";
import { mathScale, spectrumScale } from "./scales.ts";
import { drawTrace, drawXY, valuesOf } from "./trace.ts";

/** Waveforms whose delay is kept: a minute of them. */
const DELAYS = 3_000;
/** Sharper than that, nobody sees a difference, but it takes longer to draw. */
const MAX_PIXEL_RATIO = 2;

const PLAIN: Scale = { range: 1, centre: 0 };

/** Draws what a scope has on a canvas. It draws only if something has changed. */
export class Painter {
  /** Per picture with a new waveform, ms. */
  readonly work = createFrameTimes();
  /** From the capture to the picture, ms by the server's clock. */
  readonly delay = createFrameTimes(DELAYS);
  readonly #context: CanvasRenderingContext2D;
  readonly #grid = document.createElement("canvas");
  readonly #afterglow = document.createElement("canvas");
  #plot: Plot = plotOf(10, 8);
  #phosphor: Phosphor | undefined;
  #isDirty = true;
  #last = 0;
  /** Until when the line of the trigger level is shown, ms. */
  #levelUntil = 0;
  #level = Number.NaN;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly scope: Scope,
  ) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser cannot draw");
    this.#context = context;
  }

  get plot(): Plot {
    return this.#plot;
  }

  /** Something other than the waveform has changed: settings, options, references. */
  invalidate(): void {
    this.#isDirty = true;
  }

  /** Takes the size of the canvas, CSS pixels. */
  resize(width: number, height: number): void {
    const ratio = Math.min(MAX_PIXEL_RATIO, devicePixelRatio || 1);
    for (const canvas of [this.canvas, this.#grid]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    this.#plot = plotOf(width, height);
    this.#phosphor = undefined;
    const grid = this.#grid.getContext("2d");
    if (grid) {
      grid.scale(ratio, ratio);
      grid.fillStyle = COLORS.screen;
      grid.fillRect(0, 0, width, height);
      drawGrid(grid, this.#plot);
    }
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#isDirty = true;
  }

  clearAfterglow(): void {
    this.#phosphor?.clear();
    this.#isDirty = true;
  }

  /** One picture at that time, ms. */
  frame(now: number): void {
    const started = performance.now();
    const fresh = this.scope.advance(now);
    const { persistence, display } = this.scope.options.peek();
    const isGlowing = persistence > 0 && display === "time";
    const isLevel = now < this.#levelUntil;
    if (fresh.length > 0 || this.#isDirty || isGlowing || isLevel) {
      this.#isDirty = isLevel;
      this.#draw(now, fresh, isGlowing);
    }
    this.#last = now;
    if (fresh.length === 0) return;
    this.work.add(performance.now() - started);
    const drawn = this.scope.source.now();
    for (const { t } of fresh) this.delay.add(drawn - t);
  }

  #draw(now: number, fresh: readonly Waveform[], isGlowing: boolean): void {
    const context = this.#context;
    const { scope } = this;
    const axes = scope.axes();
    const options = scope.options.peek();
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#grid, 0, 0);
    context.restore();
    context.save();
    context.beginPath();
    context.rect(this.#plot.left, this.#plot.top, this.#plot.width, this.#plot.height);
    context.clip();
    if (options.display === "xy") this.#drawXY(axes);
    else {
      if (isGlowing) this.#drawAfterglow(now, fresh, axes, options);
      this.#drawReferences(axes, options);
      this.#drawTraces(axes, options);
    }
    const { mode, x, y } = options.cursors;
    drawCursors(context, this.#plot, {
      x: mode === "time" || mode === "both" ? x : undefined,
      y: mode === "voltage" || mode === "both" ? y : undefined,
    });
    context.restore();
    if (options.display === "xy") return;
    drawGrounds(context, this.#plot, axes, options.channels);
    if (axes.trigger.level !== this.#level) {
      this.#levelUntil = Number.isNaN(this.#level) ? 0 : now + 1_000;
      this.#level = axes.trigger.level;
      this.#isDirty = true;
    }
    drawTrigger(context, this.#plot, axes, now < this.#levelUntil);
  }

  #drawXY(axes: Axes): void {
    const [one, other] = this.scope.picture?.waveform.channels ?? [];
    const [horizontal = PLAIN, vertical = PLAIN] = axes.channels;
    if (one && other) drawXY(this.#context, this.#plot, [horizontal, vertical], [one, other], COLORS.xy);
  }

  #drawTraces(axes: Axes, { channels, ...options }: ViewOptions): void {
    const { picture } = this.scope;
    if (!picture) return;
    const { first, count } = visibleSamples(picture.waveform, axes);
    const plot = this.#plot;
    const draw = (samples: Float64Array, scale: Scale, color: string) =>
      drawTrace(this.#context, plot, scale, valuesOf(samples, first, count, plot.width), { color });
    // The trigger's channel is drawn last, over the others.
    const order = axes.trigger.source === 0 ? [1, 0] : [0, 1];
    for (const channel of order) {
      const samples = picture.waveform.channels[channel];
      if (samples && channels[channel]) draw(samples, axes.channels[channel] ?? PLAIN, channelColor(channel));
    }
    if (picture.math) draw(picture.math, mathScale({ channels, ...options }), COLORS.math);
    if (!picture.spectrum) return;
    const lines = picture.spectrum.levels.length / options.fft.zoom;
    const values =
      lines >= plot.width
        ? columnsOf(picture.spectrum.levels, 0, lines, plot.width)
        : valuesOf(picture.spectrum.levels, 0, lines, plot.width);
    drawTrace(this.#context, plot, spectrumScale({ channels, ...options }), values, { color: COLORS.math });
  }

  #drawReferences(axes: Axes, options: ViewOptions): void {
    for (const reference of this.scope.references.peek())
      if (reference) {
        const { first, count } = visibleSamples({ ...reference, n: 0, t: 0, state: "auto", channels: [] }, axes);
        const values = valuesOf(reference.samples, first, count, this.#plot.width);
        const style = { color: COLORS.reference, width: 1, alpha: 0.75 };
        drawTrace(this.#context, this.#plot, referenceScale(reference, axes, options), values, style);
      }
  }

  #drawAfterglow(now: number, fresh: readonly Waveform[], axes: Axes, { persistence, channels }: ViewOptions): void {
    const { width, height, left, top } = this.#plot;
    this.#phosphor ??= new Phosphor(width, height, COLORS.channels.map(partsOf));
    this.#phosphor.fade((now - this.#last) / 1_000, persistence);
    for (const waveform of fresh) {
      const { first, count } = visibleSamples(waveform, axes);
      for (const [channel, samples] of waveform.channels.entries()) {
        if (!channels[channel]) continue;
        const values = valuesOf(samples, first, count, width);
        this.#phosphor.add(channel, this.#plot, axes.channels[channel] ?? PLAIN, values);
      }
    }
    const { canvas } = this.#afterglow.getContext("2d") ?? {};
    if (!canvas) return;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    canvas.getContext("2d")?.putImageData(this.#phosphor.image(), 0, 0);
    this.#context.drawImage(canvas, left, top, width, height);
  }
}

const referenceScale = ({ channel }: Reference, axes: Axes, options: ViewOptions): Scale =>
  channel === 2 ? mathScale(options) : (axes.channels[channel] ?? PLAIN);
