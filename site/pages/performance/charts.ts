import { escapeHtml } from "../../pipeline/html.ts";
import { type BarRow, digitsOf, drawBars, panelOf, ratioText } from "./bars.ts";
import { nameOf, type Outcome, type Results } from "./results.ts";

interface Panel {
  readonly step: string;
  readonly title: string;
  /** The load, and whether higher or lower is better. */
  readonly note: string;
  readonly figure: string;
  readonly unit: string;
  readonly scale?: number;
  readonly digits: number;
}

const LESS = "Lower is better.";

/** One chart for each, in this order. Loads that are not in the results are left out. */
const PANELS: readonly Panel[] = [
  {
    step: "pairs",
    title: "One to one",
    note: `CPU per message. 500 pairs answer each other as fast as the server allows. ${LESS}`,
    ...{ figure: "cpuPerDelivery", unit: "µs", digits: 1 },
  },
  {
    step: "fanout-100",
    title: "One to 1,000",
    note: `CPU per delivery, at 100 messages per second. ${LESS}`,
    ...{ figure: "cpuPerDelivery", unit: "µs", digits: 1 },
  },
  {
    step: "fanout-600",
    title: "One to 1,000, at the limit",
    note: "Deliveries per second; 600,000 are expected. Higher is better.",
    ...{ figure: "deliveriesPerSecond", unit: "k/s", scale: 1e-3, digits: 0 },
  },
  {
    step: "rooms",
    title: "Rooms",
    note: `Latency of 99 of 100 messages. 100 rooms of 10 clients; each client sends 20 messages per second. ${LESS}`,
    ...{ figure: "p99Millis", unit: "ms", digits: 0 },
  },
  {
    step: "idle",
    title: "Idle connections",
    note: `Memory per connection. 15,000 logged-in clients. ${LESS}`,
    ...{ figure: "rssPerConnection", unit: "KB", scale: 1 / 1024, digits: 1 },
  },
  {
    step: "storm",
    title: "After an outage",
    note: `Time until 10,000 clients have connected and logged in. ${LESS}`,
    ...{ figure: "secondsToLogin", unit: "s", digits: 1 },
  },
];

interface Bar {
  readonly outcome: Outcome;
  readonly value: number;
}

const barsOf = ({ outcomes }: Results, { step, figure, scale = 1 }: Panel): Bar[] =>
  outcomes.flatMap((outcome) => {
    const value = outcome.figures[figure];
    return outcome.step === step && value !== undefined && value > 0 ? [{ outcome, value: value * scale }] : [];
  });

const kindOf = ({ outcome: { rival, warnings } }: Bar): BarRow["kind"] =>
  rival === "ours" ? "ours" : warnings.length > 0 ? "unreliable" : "";

function drawing(bars: readonly Bar[], ours: number, { unit, digits, title }: Panel): string {
  return drawBars(
    title,
    bars.map((bar) => {
      const { outcome, value } = bar;
      return {
        label: nameOf(outcome.rival),
        value,
        text: `${digitsOf(value, digits)} ${unit}${outcome.warnings.length > 0 ? " *" : ""}`,
        note: outcome.rival === "ours" ? "" : ratioText(value / ours),
        kind: kindOf(bar),
      };
    }),
  );
}

function panelHtml(results: Results, panel: Panel): string {
  const bars = barsOf(results, panel);
  const ours = bars.find(({ outcome }) => outcome.rival === "ours");
  if (!ours || bars.length < 2) return "";
  const why = bars.flatMap(({ outcome }) => outcome.warnings.map((warning) => `${nameOf(outcome.rival)}: ${warning}`));
  const note = why.length > 0 ? `<p class="muted small">* Unreliable. ${escapeHtml(why.join("; "))}.</p>` : "";
  return panelOf(panel.title, panel.note, `${drawing(bars, ours.value, panel)}${note}`);
}

/** All charts of a run. */
export const chartsHtml = (results: Results): string =>
  `<div class="charts wide">${PANELS.map((panel) => panelHtml(results, panel)).join("\n")}</div>`;
