// The cost of a message between two clients. Pairs answer each other as fast as the server allows (closed loop). A second step
// at a fixed rate measures the latency; a closed loop cannot, because it slows down together with the server.
import { atMost, costRatio, scaled, step } from "../lib/steps.ts";
import type { Workload } from "../lib/types.ts";

const PACE = 10_000;

export const pairs: Workload = {
  id: "pairs",
  title: "Pairs",
  steps: (quick) => {
    const peers = scaled(1_000, quick);
    const pace = scaled(PACE, quick);
    return [
      step(
        {
          id: "pairs",
          title: `Pairs, ${peers} peers, closed loop`,
          load: { workload: "pairs", peers },
          peers,
          purpose: "cost",
        },
        quick,
      ),
      step(
        {
          id: "pairs-paced",
          title: `Pairs, ${peers} peers, ${pace.toLocaleString("en")} messages/s`,
          load: { workload: "pairs", peers, rate: pace },
          peers,
          purpose: "latency",
        },
        quick,
      ),
    ];
  },
  targets: [
    {
      text: "pairs: at most 1.1 × a plain relay on Bun",
      met: (figures) => atMost(costRatio(figures, "pairs", "bun-plain"), 1.1),
    },
  ],
};
