import { doubtsOf, figuresOf, middleOf } from "./figures.ts";
import { ask } from "./load.ts";
import { withServer } from "./server.ts";
import type { Figures, Outcome, Question, Rival, Step } from "./types.ts";

// Bounds a run in time however badly it goes: opening the connections, the settling and the grace at its end included.
const MARGIN_MS = 150_000;

const runOnce = (rival: Rival, step: Step): Promise<Figures> =>
  withServer(rival, async ({ port, pid }) => {
    const { warmup, window } = step;
    const anonymous = step.anonymous ? 1 : 0;
    const options = {
      ...step.load,
      dialect: step.ownDialect ?? rival.dialect,
      port,
      server: pid,
      warmup,
      window,
      anonymous,
    };
    return figuresOf(await ask(options, (warmup + window) * 1_000 + MARGIN_MS), step);
  });

export const measure = async (question: Question, step: Step, rival: Rival, count: number): Promise<Outcome> => {
  const base = { question: question.id, step: step.id, title: step.title, rival: rival.id };
  const runs: Figures[] = [];
  try {
    for (let i = 0; i < count; i++) runs.push(await runOnce(rival, step));
  } catch (error) {
    const doubt = error instanceof Error ? error.message : String(error);
    return { ...base, figures: null, doubts: [doubt], runs };
  }
  const figures = middleOf(runs, step);
  return { ...base, figures, doubts: figures ? doubtsOf(figures, step) : [], runs };
};
