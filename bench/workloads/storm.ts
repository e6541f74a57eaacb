// The time until all clients are back after an outage. All connect and log in at once, to a server that has just started.
import { scaled, step } from "../lib/steps.ts";
import type { Workload } from "../lib/types.ts";

export const storm: Workload = {
  id: "storm",
  title: "Connect storm",
  steps: (quick) => {
    const peers = scaled(10_000, quick);
    return [
      {
        ...step(
          {
            id: "storm",
            title: `Storm, ${peers.toLocaleString("en")} connect and log in`,
            load: { workload: "storm", peers, "in-flight": 500 },
            peers,
            purpose: "time",
          },
          quick,
        ),
        warmup: 0,
      },
    ];
  },
  targets: [],
};
