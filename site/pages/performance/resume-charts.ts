import { isJsonObject, type JsonObject } from "@achex/protocol";
import { type BarRow, digitsOf, drawBars, panelOf, ratioText } from "./bars.ts";
import { dataFrom, newestReport, textFrom } from "./results.ts";

const PER = 100_000;

const listFrom = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const numberFrom = (value: unknown): number => (typeof value === "number" ? value : Number.NaN);
const whole = (value: number): string => digitsOf(value, 0);

/** Deliveries that did not happen exactly once and in order, of 100,000. */
function wrongPer(count: JsonObject): number {
  const wrong = ["missing", "duplicates", "outOfOrder"].reduce((sum, key) => sum + numberFrom(count[key]), 0);
  return (wrong / numberFrom(count.expected)) * PER;
}

function dropsPanel(report: JsonObject): string {
  const rows = listFrom(report.results).map((result): BarRow => {
    const count = dataFrom(result.count);
    const wrong = wrongPer(count);
    const duplicates = numberFrom(count.duplicates);
    return {
      label: textFrom(result.title),
      value: wrong,
      text: wrong > 0 && wrong < 1 ? digitsOf(wrong, 2) : whole(wrong),
      note: duplicates > 0 ? `${whole((duplicates / numberFrom(count.expected)) * PER)} twice` : "",
      kind: textFrom(result.side).startsWith("ours") ? "ours" : "",
    };
  });
  const { clients, rate, seconds, everySeconds, dropSeconds } = dataFrom(report.options);
  const note = `Of ${whole(PER)} deliveries, those missing, repeated or out of order. ${clients} clients, ${rate} messages per second each; every connection drops for ${dropSeconds} s, every ${everySeconds} s on average, for ${numberFrom(seconds) / 60} minutes. Lower is better.`;
  return rows.length === 0 ? "" : panelOf("What arrives", note, drawBars("Deliveries that went wrong", rows, "above"));
}

function crowdPanel(report: JsonObject): string {
  const crowd = listFrom(report.crowd);
  const resumed = crowd.find(({ resume }) => resume === true);
  if (!resumed) return "";
  const rows = crowd.map((result): BarRow => {
    const value = numberFrom(result.secondsToReturn);
    const isOurs = result === resumed;
    return {
      label: isOurs ? "resumed, caught up" : "logged in, joined again",
      value,
      text: `${digitsOf(value, 1)} s`,
      note: isOurs ? "" : ratioText(value / numberFrom(resumed.secondsToReturn)),
      kind: isOurs ? "ours" : "",
    };
  });
  const note = `${whole(numberFrom(resumed.clients))} clients drop at once, and return at once. Those that resume receive ${whole(numberFrom(resumed.messages))} messages they have missed; without resume, these are lost. Lower is better.`;
  return panelOf("A crowd returns", note, drawBars("A crowd returns", rows, "above"));
}

const ROUGH = '<p class="muted small">Other programs used the machine meanwhile, so these figures are rough.</p>';

const LOADS: Readonly<Record<string, string>> = {
  "fanout-100": "one to 1,000, 100/s",
  "fanout-600": "one to 1,000, 600/s",
  pairs: "one to one",
  idle: "memory, idle",
};

function costPanel(report: JsonObject): string {
  const rows = listFrom(report.costs).flatMap(({ load, ratios }): BarRow[] => {
    const ratio = listFrom(ratios).find(({ of }) => of === "on/off");
    if (!ratio) return [];
    const value = numberFrom(ratio.ratio);
    const spread = `${numberFrom(ratio.lowest).toFixed(2)} to ${numberFrom(ratio.highest).toFixed(2)}`;
    return [{ label: LOADS[textFrom(load)] ?? "", value, text: `${value.toFixed(2)}×`, note: spread, kind: "ours" }];
  });
  const isRough = listFrom(report.costs).some(({ warnings }) => Array.isArray(warnings) && warnings.length > 0);
  const note =
    "CPU per delivery, and memory per idle client, with resumable sessions compared with others, in achex.2. Runs take turns; the muted figures are the lowest and the highest. 1.00× means no cost.";
  return rows.length === 0
    ? ""
    : panelOf("Cost while nothing drops", note, `${drawBars("Cost of resume", rows, "above")}${isRough ? ROUGH : ""}`);
}

/** Charts about resume, from the newest results in that folder; empty when there are none. */
export function resumeCharts(folder: string): string {
  const drops = newestReport(folder, "drops");
  const resume = newestReport(folder, "resume");
  const panels = [
    ...(drops ? [dropsPanel(drops.report)] : []),
    ...(resume ? [crowdPanel(resume.report), costPanel(resume.report)] : []),
  ].filter((panel) => panel !== "");
  return panels.length === 0 ? "" : `<div class="charts wide">${panels.join("\n")}</div>`;
}
