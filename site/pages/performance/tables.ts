import { escapeHtml } from "../../pipeline/html.ts";
import { nameOf, type Outcome, type Results } from "./results.ts";

const digits = (value: number, fraction: number): string =>
  value.toLocaleString("en-GB", { minimumFractionDigits: fraction, maximumFractionDigits: fraction });

interface Column {
  readonly head: string;
  readonly figure: string;
  format(value: number): string;
}

const percent = (value: number): string => `${Math.round(value * 100)} %`;

const COLUMNS: readonly Column[] = [
  { head: "CPU µs/message", figure: "cpuPerDelivery", format: (value) => digits(value, 2) },
  { head: "CPU µs/login", figure: "cpuPerLogin", format: (value) => digits(value, 0) },
  { head: "delivered/s", figure: "deliveriesPerSecond", format: (value) => digits(value, 0) },
  { head: "p50 ms", figure: "p50Millis", format: (value) => digits(value, 2) },
  { head: "p99 ms", figure: "p99Millis", format: (value) => digits(value, 2) },
  { head: "lost", figure: "lost", format: (value) => digits(value, 0) },
  { head: "memory KB", figure: "rssPerConnection", format: (value) => digits(value / 1024, 1) },
  { head: "login s", figure: "secondsToLogin", format: (value) => digits(value, 2) },
  { head: "server core", figure: "serverCore", format: percent },
  { head: "load core", figure: "loadCore", format: percent },
];

/** Lower bounds in a run: the cost of a server that does almost nothing. */
const BOUNDS = ["floor", "bun-plain"];

function tableHtml(outcomes: readonly Outcome[]): string {
  const used = COLUMNS.filter(({ figure }) => outcomes.some(({ figures }) => figures[figure] !== undefined));
  const bounds = BOUNDS.flatMap((rival) => {
    const cost = outcomes.find((one) => one.rival === rival)?.figures.cpuPerDelivery;
    return cost === undefined || cost <= 0 ? [] : [{ rival, cost }];
  });
  const heads = [...used.map(({ head }) => head), ...bounds.map(({ rival }) => `× ${nameOf(rival)}`)];
  const rows = outcomes.map(({ rival, figures, warnings }) => {
    const values = used.map(({ figure, format }) => {
      const value = figures[figure];
      return value === undefined ? "–" : format(value);
    });
    const own = figures.cpuPerDelivery;
    const ratios = bounds.map(({ cost }) => (own === undefined ? "–" : digits(own / cost, 2)));
    const cells = [...values, ...ratios].map((text) => `<td class="number">${text}</td>`).join("");
    return `<tr><th scope="row">${escapeHtml(nameOf(rival))}${warnings.length > 0 ? " *" : ""}</th>${cells}</tr>`;
  });
  const head = heads.map((text) => `<th scope="col" class="number">${escapeHtml(text)}</th>`).join("");
  const why = outcomes.flatMap(({ rival, warnings }) => warnings.map((warning) => `${nameOf(rival)}: ${warning}`));
  return `<div class="table-scroll" tabindex="0" role="region" aria-label="${escapeHtml(outcomes[0]?.title ?? "")}"><table class="table of-numbers"><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>${
    why.length > 0 ? `<p class="muted small">* Unreliable. ${escapeHtml(why.join("; "))}.</p>` : ""
  }`;
}

/** All figures of a run, with one collapsed table for each load. */
export const tablesHtml = ({ outcomes }: Results): string =>
  [...Map.groupBy(outcomes, ({ title }) => title)]
    .map(
      ([title, ofTitle]) =>
        `<details class="load wide"><summary>${escapeHtml(title)}</summary>${tableHtml(ofTitle)}</details>`,
    )
    .join("\n");
