// The memory used by an idle connection, logged in under its own name, and before it has logged in.
import { atMost, scaled, step } from "../lib/steps.ts";
import type { Workload } from "../lib/types.ts";

const KILOBYTE = 1024;

export const idle: Workload = {
  id: "idle",
  title: "Idle memory",
  steps: (quick) => {
    const peers = scaled(15_000, quick);
    const load = { workload: "idle", peers };
    const count = peers.toLocaleString("en");
    return [
      step({ id: "idle", title: `Idle, ${count} logged in`, load, peers, purpose: "memory" }, quick),
      step(
        { id: "idle-anonymous", title: `Idle, ${count} anonymous`, load, peers, purpose: "memory", anonymous: true },
        quick,
      ),
    ];
  },
  targets: [
    {
      text: "idle: at most 3 KB per logged-in connection",
      met: (figures) => atMost(figures("idle", "ours")?.rssPerConnection, 3 * KILOBYTE),
    },
  ],
};
