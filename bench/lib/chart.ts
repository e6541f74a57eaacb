import { BarChart, type BarSeriesOption } from "echarts/charts";
import { GridComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Figures, Outcome } from "./types.ts";

use([BarChart, GridComponent, TitleComponent, SVGRenderer]);

interface Panel {
  step: string;
  title: string;
  value(figures: Figures): number | null;
  digits: number;
}

const panels: readonly Panel[] = [
  { step: "fanout-100", title: "Fan-out: server CPU, µs per delivery", value: (f) => f.cpuPerDelivery, digits: 2 },
  { step: "pairs", title: "Pairs: server CPU, µs per message", value: (f) => f.cpuPerDelivery, digits: 2 },
  { step: "rooms", title: "Rooms: server CPU, µs per delivery", value: (f) => f.cpuPerDelivery, digits: 2 },
  { step: "pairs-paced", title: "Pairs: p99 latency, ms", value: (f) => f.p99Millis, digits: 2 },
  {
    step: "idle",
    title: "Idle: KB of memory per connection",
    value: (f) => (f.rssPerConnection === null ? null : f.rssPerConnection / 1024),
    digits: 1,
  },
  { step: "storm", title: "Storm: seconds until all are in", value: (f) => f.secondsToLogin, digits: 2 },
];

// Legible on white and on black, because the picture has no background.
const INK = "#7a7f87";
const OURS = "#2f8f6b";
const THEIRS = "#8c93a0";

const WIDTH = 900;
const PER_ROW = 2;
const PANEL = { width: 300, height: 130, left: 110, top: 60, stepX: 450, stepY: 200 };

const place = (index: number): { left: number; top: number } => ({
  left: PANEL.left + (index % PER_ROW) * PANEL.stepX,
  top: PANEL.top + Math.floor(index / PER_ROW) * PANEL.stepY,
});

const bars = (panel: Panel, index: number, outcomes: readonly Outcome[]): BarSeriesOption => ({
  type: "bar",
  xAxisIndex: index,
  yAxisIndex: index,
  barWidth: 14,
  label: {
    show: true,
    position: "right",
    color: INK,
    formatter: ({ value }) => (typeof value === "number" ? value.toFixed(panel.digits) : ""),
  },
  data: outcomes.map(({ rival, figures }) => ({
    value: (figures && panel.value(figures)) ?? "-",
    itemStyle: { color: rival === "ours" ? OURS : THEIRS },
  })),
});

/** Bar charts side by side, with Achex at the top of each. Shorter is better in all of them. */
export const drawChart = (outcomes: readonly Outcome[], titles: ReadonlyMap<string, string>): string => {
  const drawn = panels.filter((panel) => outcomes.some(({ step }) => step === panel.step));
  const of = (panel: Panel): Outcome[] => outcomes.filter(({ step }) => step === panel.step);
  const height = Math.ceil(drawn.length / PER_ROW) * PANEL.stepY + 20;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  chart.setOption({
    animation: false,
    textStyle: { color: INK, fontFamily: "system-ui, sans-serif" },
    title: drawn.map((panel, i) => ({
      text: panel.title,
      left: place(i).left - 70,
      top: place(i).top - 36,
      textStyle: { color: INK, fontSize: 14, fontWeight: 600 },
    })),
    grid: drawn.map((_, i) => ({ ...place(i), width: PANEL.width - 30, height: PANEL.height })),
    xAxis: drawn.map((_, i) => ({ type: "value", gridIndex: i, show: false })),
    yAxis: drawn.map((panel, i) => ({
      type: "category",
      gridIndex: i,
      inverse: true,
      data: of(panel).map(({ rival }) => titles.get(rival) ?? rival),
      axisLabel: { color: INK },
      axisLine: { lineStyle: { color: INK } },
      axisTick: { show: false },
    })),
    series: drawn.map((panel, i) => bars(panel, i, of(panel))),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
};
