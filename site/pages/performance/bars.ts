import { escapeHtml } from "../../pipeline/html.ts";

export interface BarRow {
  readonly label: string;
  readonly value: number;
  /** The value as it is shown. */
  readonly text: string;
  /** Shown after it in a muted colour, such as the ratio to Achex; may be empty. */
  readonly note: string;
  readonly kind: "ours" | "unreliable" | "";
}

/** Sizes in CSS pixels, so that text in a chart has the same size on every screen. `start` and `length` are percent of the width. */
interface Layout {
  readonly row: number;
  /** Vertical centre of the label and of the bar in their row. */
  readonly label: number;
  readonly bar: number;
  /** Where the bars start, and the length of the longest one. */
  readonly start: number;
  readonly length: number;
}

const BAR = 18;
const BESIDE: Layout = { row: 30, label: 15, bar: 15, start: 29, length: 40 };
/** For labels that are too long to fit next to a bar on a narrow screen. */
const ABOVE: Layout = { row: 50, label: 11, bar: 33, start: 0, length: 45 };

export const digitsOf = (value: number, fraction: number): string =>
  value.toLocaleString("en-GB", { minimumFractionDigits: fraction, maximumFractionDigits: fraction });

/** 2.04 → "2.0×", 12.3 → "12×". */
export const ratioText = (ratio: number): string => `${ratio < 9.95 ? ratio.toFixed(1) : Math.round(ratio)}×`;

/** A bar chart as SVG, with labels beside the bars or above them. */
export function drawBars(title: string, bars: readonly BarRow[], labels: "beside" | "above" = "beside"): string {
  const { row, label: labelAt, bar: barAt, start, length } = labels === "beside" ? BESIDE : ABOVE;
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const rows = bars.map(({ label, value, text, note, kind }, at) => {
    const top = at * row;
    const end = (value / most) * length;
    const muted = note === "" ? "" : ` <tspan class="ratio">${escapeHtml(note)}</tspan>`;
    return `<g class="${kind}"><text x="0" y="${top + labelAt}">${escapeHtml(label)}</text><rect x="${start}%" y="${top + barAt - BAR / 2}" width="${end.toFixed(2)}%" height="${BAR}" rx="3"/><text x="${(start + end + (end > 0 ? 1.5 : 0)).toFixed(2)}%" y="${top + barAt}">${escapeHtml(text)}${muted}</text></g>`;
  });
  return `<svg class="bars" role="img" aria-label="Bar chart: ${escapeHtml(title)}" width="100%" height="${bars.length * row}">${rows.join("")}</svg>`;
}

export const panelOf = (title: string, note: string, drawing: string): string =>
  `<figure class="chart-panel"><figcaption><h3>${title}</h3><p class="muted small">${note}</p></figcaption>${drawing}</figure>`;
