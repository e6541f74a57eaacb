// What does a crowd of small rooms cost, as games and shared boards are? Everybody sends, and hears the room, itself included.
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
