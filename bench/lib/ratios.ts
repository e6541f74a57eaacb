import type { Outcome } from "./types.ts";

/** By step, and by pair of servers such as `achex/floor`: how many times the other's main figure is ours. */
export type Ratios = Readonly<Record<string, Readonly<Record<string, number>>>>;

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/**
 * A machine's speed can differ by a factor of two from day to day, so only ratios of figures from the same run are compared.
 */
export function ratiosOf(outcomes: readonly Outcome[]): Ratios {
  const ratios: Record<string, Record<string, number>> = {};
  for (const { step, rival, mainFigure } of outcomes) {
    const ours = outcomes.find((outcome) => outcome.step === step && outcome.rival === "ours")?.mainFigure;
    if (rival === "ours" || !ours || !mainFigure) continue;
    ratios[step] = { ...ratios[step], [`achex/${rival}`]: rounded(ours / mainFigure) };
  }
  return ratios;
}

/** For people: one line per step. */
export const ratioLines = (ratios: Ratios): string[] =>
  Object.entries(ratios).map(
    ([step, ofStep]) =>
      `${step}: ${Object.entries(ofStep)
        .map(([pair, ratio]) => `${pair} ${ratio.toFixed(2)}`)
        .join(", ")}`,
  );
