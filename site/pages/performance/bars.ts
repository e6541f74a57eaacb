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

/** Sizes in CSS pixels, so that text in a chart has the same size on every screen. */
const ROW = 30;

interface Space {
  /** Where the bars start, and the length of the longest one, in percent of the width. */
  readonly start: number;
  readonly length: number;
}

export const digitsOf = (value: number, fraction: number): string =>
  value.toLocaleString("en-GB", { minimumFractionDigits: fraction, maximumFractionDigits: fraction });

/** 2.04 → "2.0×", 12.3 → "12×". */
export const ratioText = (ratio: number): string => `${ratio < 9.95 ? ratio.toFixed(1) : Math.round(ratio)}×`;

/** A bar chart as SVG. */
export function drawBars(
  title: string,
  bars: readonly BarRow[],
  { start, length }: Space = { start: 29, length: 40 },
): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const rows = bars.map(({ label, value, text, note, kind }, at) => {
    const middle = at * ROW + ROW / 2;
    const end = (value / most) * length;
    const muted = note === "" ? "" : ` <tspan class="ratio">${escapeHtml(note)}</tspan>`;
    return `<g class="${kind}"><text x="0" y="${middle}">${escapeHtml(label)}</text><rect x="${start}%" y="${at * ROW + 6}" width="${end.toFixed(2)}%" height="${ROW - 12}" rx="3"/><text x="${(start + end + 1.5).toFixed(2)}%" y="${middle}">${escapeHtml(text)}${muted}</text></g>`;
  });
  return `<svg class="bars" role="img" aria-label="Bar chart: ${escapeHtml(title)}" width="100%" height="${bars.length * ROW}">${rows.join("")}</svg>`;
}

export const panelOf = (title: string, note: string, drawing: string): string =>
  `<figure class="chart-panel"><figcaption><h3>${title}</h3><p class="muted small">${note}</p></figcaption>${drawing}</figure>`;
