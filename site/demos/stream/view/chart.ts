import UPlot from "uplot";
import { type Loop, startLoop } from "../../shared/feel/loop.ts";
import type { StreamModel } from "../net/model.ts";
import { columnWidth, draw, newPicture, type Value } from "../rules/window.ts";
import type { ChartState } from "./chart-state.ts";
import { axisText, clockText } from "./format.ts";
import { isDashed, penProperty } from "./pens.ts";
import { type Range, rangeFor } from "./scale.ts";

/** A chart that covers minutes is drawn again after so long when something was added, ms. */
const REFRESH = 100;
/** With reduced motion, ms. */
const CALM = 250;
/** A series without a value under the pointer shows the last one within so many points. */
const NEAR = 8;
/** Narrow enough for labels such as −12,000. */
const AXIS = 56;

/** The chart of a stream, drawn once per frame while something changes. */
export class Chart {
  readonly #box: HTMLElement;
  readonly #model: StreamModel;
  readonly #state: ChartState;
  readonly #now: () => number;
  readonly #picture = newPicture();
  readonly #loop: Loop;
  readonly #observer: ResizeObserver;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #plot: UPlot | undefined;
  #range: Range | undefined;
  #drawn = { key: "", version: -1, at: 0 };

  constructor(box: HTMLElement, model: StreamModel, state: ChartState, now: () => number) {
    this.#box = box;
    this.#model = model;
    this.#state = state;
    this.#now = now;
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(box);
    this.#loop = startLoop({ update() {}, draw: ({ now: at }) => this.#frame(at) });
  }

  /** Time spent on a frame, and between frames, ms, that 95 % do not exceed. */
  get figures(): { readonly work: number; readonly interval: number } {
    return { work: this.#loop.work.percentile(0.95), interval: this.#loop.interval.percentile(0.95) };
  }

  /** The picture as a file, on the paper and not on nothing. */
  async png(): Promise<Blob | undefined> {
    const source = this.#plot?.ctx.canvas;
    if (!source) return undefined;
    const canvas = document.createElement("canvas");
    canvas.width = source.width;
    canvas.height = source.height;
    const context = canvas.getContext("2d");
    if (!context) return undefined;
    context.fillStyle = this.#colour("--paper");
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(source, 0, 0);
    return (await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))) ?? undefined;
  }

  stop(): void {
    this.#loop.stop();
    this.#observer.disconnect();
    this.#plot?.destroy();
  }

  #frame(at: number): void {
    const { from, to, isLive } = this.#state.window(this.#now(), this.#model);
    const width = this.#plotWidth;
    const step = columnWidth((to - from) / width);
    // By whole columns, so that peaks do not change while they move.
    const end = isLive ? Math.ceil(to / step) * step : to;
    const { version } = this.#model;
    const names = this.#model.history.names.length;
    const key = `${end} ${to - from} ${width} ${names} ${this.#state.look}`;
    const isSame = key === this.#drawn.key && (version === this.#drawn.version || !isLive);
    const pause = this.#calm.matches ? CALM : step > REFRESH ? REFRESH : 0;
    if (isSame || (isLive && at - this.#drawn.at < pause)) return;
    this.#drawn = { key, version, at };
    if (this.#plot?.series.length !== names + 1 || this.#state.theme !== this.#theme) this.#rebuild(names);
    const start = end - (to - from);
    draw(this.#picture, this.#model.history, { from: start, to: end, width, isLive });
    this.#show(start, end);
  }

  #show(from: number, to: number): void {
    const plot = this.#plot;
    if (!plot) return;
    const { times, values } = this.#picture;
    const { hidden } = this.#state;
    plot.batch(() => {
      for (let series = 1; series < plot.series.length; series++) {
        const show = !hidden.has(series - 1);
        if (plot.series[series]?.show !== show) plot.setSeries(series, { show });
      }
      plot.setData([times, ...values], false);
      plot.setScale("x", { min: from / 1_000, max: to / 1_000 });
    });
  }

  get #plotWidth(): number {
    return Math.max(50, this.#box.clientWidth - AXIS - 8);
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#box;
    if (width > 0 && height > 0) this.#plot?.setSize({ width, height });
    this.#drawn = { ...this.#drawn, key: "" };
  }

  #theme = "";

  #rebuild(series: number): void {
    this.#plot?.destroy();
    this.#theme = this.#state.theme;
    const { clientWidth: width, clientHeight: height } = this.#box;
    this.#plot = new UPlot(
      {
        ...{ width: Math.max(100, width), height: Math.max(80, height), padding: [8, 8, 0, 0], pxAlign: 0 },
        legend: { show: false },
        cursor: { drag: { x: true, y: false, setScale: false }, y: false, points: { show: false } },
        scales: {
          x: { time: true, auto: false },
          y: {
            range: (_, lowest: number | null, highest: number | null) => {
              this.#range = rangeFor(lowest, highest, this.#range);
              return [...this.#range];
            },
          },
        },
        axes: this.#axes(),
        series: [{}, ...Array.from({ length: series }, (_, at) => this.#line(at))],
        hooks: {
          setCursor: [({ cursor: { idx, left = -1 } }) => this.#point(left < 0 ? undefined : (idx ?? undefined))],
          setSelect: [
            (plot) => {
              const { left, width: wide } = plot.select;
              if (wide < 4) return;
              const [from, to] = [plot.posToVal(left, "x") * 1_000, plot.posToVal(left + wide, "x") * 1_000];
              plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              this.#state.zoomTo(from, to);
            },
          ],
        },
      },
      [[], ...Array.from({ length: series }, () => [])],
      this.#box,
    );
  }

  /** Tells others which values are under the pointer: those at this place of the picture, or just before it. */
  #point(at: number | undefined): void {
    const { times, values } = this.#picture;
    const time = at === undefined ? undefined : times[at];
    if (at === undefined || time === undefined) {
      this.#state.pointed.value = undefined;
      return;
    }
    const near = (list: readonly Value[]) =>
      list.slice(Math.max(0, at - NEAR), at + 1).findLast((one) => one !== undefined);
    this.#state.pointed.value = { time: time * 1_000, values: values.map((list) => near(list) ?? Number.NaN) };
  }

  #line(series: number): UPlot.Series {
    return {
      stroke: this.#colour(penProperty(series)),
      // Wider lines take browsers without a graphics card about three times as long.
      width: 1,
      points: { show: false },
      ...(isDashed(series) && { dash: [6, 4] }),
    };
  }

  #axes(): UPlot.Axis[] {
    const axis = {
      stroke: this.#colour("--paper-text"),
      grid: { stroke: this.#colour("--paper-rule"), width: 1 },
      ticks: { show: false },
      font: `12px ${getComputedStyle(this.#box).fontFamily}`,
    };
    return [
      {
        ...axis,
        size: 28,
        space: 90,
        values: (_, splits, __, ___, increment) => splits.map((time) => clockText(time * 1_000, increment * 1_000)),
      },
      {
        ...axis,
        size: AXIS,
        space: 36,
        values: (_, splits) => splits.map((value) => axisText(value, Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)))),
      },
    ];
  }

  /** Read once for each theme: asking in each frame would make the browser compute styles in each frame. */
  #colour(property: string): string {
    return getComputedStyle(this.#box).getPropertyValue(property).trim();
  }
}
