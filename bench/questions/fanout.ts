// What does it cost to hand one message to a thousand listeners? The sender does not listen itself.
import { atLeast, atMost, scaled, step, timesCheaper } from "../lib/steps.ts";
import type { Question, Step } from "../lib/types.ts";

const fanOutAt = (rate: number, quick: boolean): Step => {
  const listeners = scaled(1_000, quick);
  return step(
    {
      id: `fanout-${rate}`,
      title: `Fan-out 1→${listeners} at ${rate}/s`,
      load: { question: "open", groups: 1, members: listeners, outsider: 1, rate },
      peers: listeners + 1,
      purpose: "cost",
    },
    quick,
  );
};

export const fanout: Question = {
  id: "fanout",
  title: "Fan-out",
  steps: (quick) => [fanOutAt(100, quick), fanOutAt(600, quick)],
  targets: [
    {
      text: "fan-out at 100/s: at most 1.9 µs of server CPU per delivery",
      met: (figures) => atMost(figures("fanout-100", "ours")?.cpuPerDelivery, 1.9),
    },
    {
      text: "fan-out at 100/s: at least 2.2 × cheaper than ws",
      met: (figures) => atLeast(timesCheaper(figures, "fanout-100", "ws"), 2.2),
    },
    {
      text: "fan-out at 600/s: nothing lost",
      met: (figures) => atMost(figures("fanout-600", "ours")?.lost, 0),
    },
    {
      text: "fan-out at 600/s: p99 below 10 ms",
      met: (figures) => atMost(figures("fanout-600", "ours")?.p99Millis, 10),
    },
  ],
};
