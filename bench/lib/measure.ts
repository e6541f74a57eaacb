import { figuresOf, mainFigure, medianRun, warningsOf } from "./figures.ts";
import { runLoad } from "./load.ts";
import { withServer } from "./server.ts";
import type { Figures, Outcome, Rival, Step, Workload } from "./types.ts";

// Bounds the time of a run that goes wrong, including opening connections, settling, and the grace period at the end.
const MARGIN_MS = 150_000;

const runOnce = (rival: Rival, step: Step): Promise<Figures> =>
  withServer(rival, async ({ port, pid }) => {
    const { warmup, window } = step;
    const anonymous = step.anonymous ? 1 : 0;
    const options = {
      ...step.load,
      dialect: step.achexDialect ?? rival.dialect,
      port,
      server: pid,
      warmup,
      window,
      anonymous,
    };
    return figuresOf(await runLoad(options, (warmup + window) * 1_000 + MARGIN_MS), step);
  });

export const measure = async (workload: Workload, step: Step, rival: Rival, count: number): Promise<Outcome> => {
  const base = { workload: workload.id, step: step.id, title: step.title, rival: rival.id };
  const runs: Figures[] = [];
  try {
    for (let i = 0; i < count; i++) runs.push(await runOnce(rival, step));
  } catch (error) {
    const warning = error instanceof Error ? error.message : String(error);
    return { ...base, figures: null, mainFigure: null, warnings: [warning], runs };
  }
  const figures = medianRun(runs, step);
  const main = figures ? mainFigure(figures, step) : Number.POSITIVE_INFINITY;
  return {
    ...base,
    figures,
    mainFigure: Number.isFinite(main) ? main : null,
    warnings: figures ? warningsOf(figures, step) : [],
    runs,
  };
};
