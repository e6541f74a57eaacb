import UPlot from "uplot";
import type { Samples } from "../model/samples.ts";
import { timeText } from "../model/sizes.ts";

export interface Plot {
  show(samples: Samples): void;
  remove(): void;
}

const HEIGHT = 140;

/** A plot as wide as its box. Colours are the page's own, read anew when it is drawn. */
export function createPlot(box: HTMLElement): Plot {
  const colour = (name: string) => () => getComputedStyle(box).getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--plot-text"),
    grid: { stroke: colour("--plot-line"), width: 1 },
    ticks: { show: false },
  };
  const plot = new UPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (_, __, most) => [0, Math.max(2, most * 1.1)] } },
      axes: [
        { ...axis, values: (_, ticks) => ticks.map((tick) => timeText(tick * 1000).slice(0, -4)), space: 80 },
        { ...axis, size: 44, values: (_, ticks) => ticks.map((tick) => `${tick}`) },
      ],
      series: [{}, { stroke: colour("--plot-stroke"), width: 2, points: { show: false } }],
    },
    [[], []],
    box,
  );
  const observer = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
  observer.observe(box);
  return {
    show: ({ times, milliseconds }) => plot.setData([[...times], [...milliseconds]]),
    remove() {
      observer.disconnect();
      plot.destroy();
    },
  };
}
