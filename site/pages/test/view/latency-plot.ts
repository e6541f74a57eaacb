import UPlot from "uplot";
import { timeText } from "../model/format.ts";
import type { Samples } from "../model/latency-samples.ts";

export interface Plot {
  show(samples: Samples): void;
  remove(): void;
}

const HEIGHT = 160;

type Colour = (name: string) => () => string;

/** Time of day below, milliseconds on the left. */
function axesIn(box: HTMLElement, colour: Colour): UPlot.Axis[] {
  const axis = {
    stroke: colour("--plot-text"),
    grid: { stroke: colour("--plot-line"), width: 1 },
    ticks: { show: false },
    font: `12px ${getComputedStyle(box).fontFamily}`,
  };
  return [
    {
      ...axis,
      // Labels have no fractions of a second.
      incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600],
      size: 30,
      values: (_, ticks) => ticks.map((tick) => timeText(tick * 1000).slice(0, -4)),
      space: 90,
    },
    {
      ...axis,
      size: 62,
      space: 32,
      // Latencies are whole milliseconds.
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
      values: (_, ticks) => ticks.map((tick) => `${tick} ms`),
    },
  ];
}

/** A plot as wide as its box. Colours are the page's own, read again on each draw. */
export function createPlot(box: HTMLElement): Plot {
  const colour = (name: string) => () => getComputedStyle(box).getPropertyValue(name).trim();
  const line = { points: { show: false }, spanGaps: true };
  const plot = new UPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.15)] } },
      axes: axesIn(box, colour),
      series: [
        {},
        { ...line, stroke: colour("--plot-trip"), width: 1, dash: [4, 3] },
        { ...line, stroke: colour("--plot-server"), width: 2 },
      ],
    },
    [[], [], []],
    box,
  );
  const observer = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
  observer.observe(box);
  // A canvas does not follow theme changes automatically.
  const repaint = () => plot.redraw(false);
  const theme = new MutationObserver(repaint);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const night = matchMedia("(prefers-color-scheme: dark)");
  night.addEventListener("change", repaint);
  return {
    show: (samples) =>
      plot.setData([
        samples.map(({ at }) => at / 1000),
        samples.map(({ roundTrip }) => roundTrip ?? null),
        samples.map(({ server }) => server ?? null),
      ]),
    remove() {
      observer.disconnect();
      theme.disconnect();
      night.removeEventListener("change", repaint);
      plot.destroy();
    },
  };
}
