// What does a message from one to one cost? Pairs answer each other as fast as the server lets them (closed loop); a second
// step at a fixed pace gives the latency, which a closed loop cannot tell: it slows down together with the server.
import { atLeast, atMost, scaled, step, timesCheaper } from "../lib/steps.ts";
import type { Question } from "../lib/types.ts";

const PACE = 10_000;

export const pairs: Question = {
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
          load: { question: "pairs", peers },
          peers,
          purpose: "cost",
        },
        quick,
      ),
      step(
        {
          id: "pairs-paced",
          title: `Pairs, ${peers} peers, ${pace.toLocaleString("en")} messages/s`,
          load: { question: "pairs", peers, rate: pace },
          peers,
          purpose: "latency",
        },
        quick,
      ),
    ];
  },
  targets: [
    {
      text: "pairs: at most 4.2 µs of server CPU per message",
      met: (figures) => atMost(figures("pairs", "ours")?.cpuPerDelivery, 4.2),
    },
    {
      text: "pairs: at least 2.1 × cheaper than ws",
      met: (figures) => atLeast(timesCheaper(figures, "pairs", "ws"), 2.1),
    },
    {
      text: "pairs: ahead of NATS",
      met: (figures) => atLeast(timesCheaper(figures, "pairs", "nats"), 1),
    },
  ],
};
