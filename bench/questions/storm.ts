// How long until everybody is back after an outage? All connect and log in at once, to a server that has only just started.
import { atMost, scaled, step } from "../lib/steps.ts";
import type { Question } from "../lib/types.ts";

export const storm: Question = {
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
            load: { question: "storm", peers, "in-flight": 500 },
            peers,
            purpose: "time",
          },
          quick,
        ),
        warmup: 0,
      },
    ];
  },
  targets: [
    {
      text: "storm: 10,000 logged in within 3 s",
      met: (figures) => atMost(figures("storm", "ours")?.secondsToLogin, 3),
    },
  ],
};
