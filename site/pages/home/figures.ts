import { nameOf, type Outcome, type Results, twoDigits } from "../performance/results.ts";

export interface Figure {
  /** Such as "3.7×". */
  readonly ratio: string;
  readonly headline: string;
  /** The load, and the figure of each server. */
  readonly detail: string;
}

/** The rival in every headline. It is fixed, so that we cannot pick the most flattering rival for each. */
const AGAINST = "socketio";

/** Loads that have a headline. Less is better in all of them. */
const SHOWN = [
  {
    step: "pairs",
    figure: "cpuPerDelivery",
    headline: "less CPU per message between two clients",
    load: "500 pairs, as fast as the server allows",
    unit: "µs",
    scale: 1,
  },
  {
    step: "fanout-100",
    figure: "cpuPerDelivery",
    headline: "less CPU per delivery to 1,000 listeners",
    load: "100 messages per second",
    unit: "µs",
    scale: 1,
  },
  {
    step: "idle",
    figure: "rssPerConnection",
    headline: "less memory per idle connection",
    load: "15,000 logged-in clients",
    unit: "KB",
    scale: 1 / 1024,
  },
  {
    step: "storm",
    figure: "secondsToLogin",
    headline: "faster recovery after an outage",
    load: "10,000 clients connect and log in",
    unit: "s",
    scale: 1,
  },
] as const;

/** Reliable figures of this load: no other program disturbed the run. */
function valuesOf(outcomes: readonly Outcome[], step: string, figure: string) {
  return outcomes.flatMap((one) => {
    const value = one.figures[figure];
    return one.step === step && one.warnings.length === 0 && value !== undefined && value > 0
      ? [{ rival: one.rival, value }]
      : [];
  });
}

/** Headlines from a run: each is left out when either side of its ratio is missing or unreliable. */
export function headlines({ outcomes }: Results): Figure[] {
  return SHOWN.flatMap(({ step, figure, headline, load, unit, scale }) => {
    const values = valuesOf(outcomes, step, figure);
    const ours = values.find(({ rival }) => rival === "ours");
    const theirs = values.find(({ rival }) => rival === AGAINST);
    if (!ours || !theirs || theirs.value <= ours.value) return [];
    const each = values
      .toSorted((a, b) => a.value - b.value)
      .map(({ rival, value }) => `${nameOf(rival)} ${twoDigits(value * scale)} ${unit}`);
    return [
      {
        ratio: `${twoDigits(theirs.value / ours.value)}×`,
        headline: `${headline} than ${nameOf(AGAINST)}`,
        detail: `${load}: ${each.join(", ")}.`,
      },
    ];
  });
}
