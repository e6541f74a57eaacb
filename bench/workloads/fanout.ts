// The cost of delivering one message to a thousand receivers. The sender is not one of them.
import { atMost, costRatio, scaled, step } from "../lib/steps.ts";
import type { Step, Workload } from "../lib/types.ts";

const fanOutAt = (rate: number, quick: boolean): Step => {
  const listeners = scaled(1_000, quick);
  return step(
    {
      id: `fanout-${rate}`,
      title: `Fan-out 1→${listeners} at ${rate}/s`,
      load: { workload: "open", groups: 1, members: listeners, outsider: 1, rate },
      peers: listeners + 1,
      purpose: "cost",
    },
    quick,
  );
};

export const fanout: Workload = {
  id: "fanout",
  title: "Fan-out",
  steps: (quick) => [fanOutAt(100, quick), fanOutAt(600, quick)],
  targets: [
    {
      text: "fan-out at 100/s: at most 1.05 × the floor",
      met: (figures) => atMost(costRatio(figures, "fanout-100", "floor"), 1.05),
    },
    {
      text: "fan-out at 600/s: nothing lost",
      met: (figures) => atMost(figures("fanout-600", "ours")?.lost, 0),
    },
  ],
};
