// The cost of many small rooms, as in games and shared whiteboards. Every client sends, and receives all messages of its room,
// including its own.
import { scaled, step } from "../lib/steps.ts";
import type { Workload } from "../lib/types.ts";

const MEMBERS = 10;
const HERTZ = 20;

export const rooms: Workload = {
  id: "rooms",
  title: "Rooms",
  steps: (quick) => {
    const groups = scaled(100, quick);
    return [
      step(
        {
          id: "rooms",
          title: `Rooms, ${groups} × ${MEMBERS} at ${HERTZ} Hz each`,
          load: { workload: "open", groups, members: MEMBERS, rate: groups * MEMBERS * HERTZ },
          peers: groups * MEMBERS,
          purpose: "cost",
        },
        quick,
      ),
    ];
  },
  targets: [],
};
