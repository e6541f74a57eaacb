// The cost of acknowledgements: the pairs workload in achex.2, with every message acknowledged.
import { atMost, scaled, step } from "../lib/steps.ts";
import type { Workload } from "../lib/types.ts";

export const acks: Workload = {
  id: "acks",
  title: "Confirmed pairs",
  steps: (quick) => {
    const peers = scaled(1_000, quick);
    return [
      step(
        {
          id: "acks",
          title: `Pairs, ${peers} peers, closed loop, achex.2 with a confirmation for each message`,
          load: { workload: "pairs", peers },
          peers,
          purpose: "cost",
          achexDialect: "achex2",
        },
        quick,
      ),
    ];
  },
  targets: [
    {
      text: "confirmed pairs: at most 1.6 × the CPU of plain ones",
      met: (figures) => {
        const plain = figures("pairs", "ours")?.cpuPerDelivery;
        const confirmed = figures("acks", "ours")?.cpuPerDelivery;
        return plain && confirmed ? atMost(confirmed / plain, 1.6) : undefined;
      },
    },
  ],
};
