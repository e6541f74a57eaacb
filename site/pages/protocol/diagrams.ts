import type { Choice } from "./dialects.ts";
import type { Collapsed } from "./sequence.ts";

type Dialect = Exclude<Choice, "all">;

/** A sequence diagram of a test vector, with one version for each dialect. */
export interface Diagram {
  readonly id: string;
  /** Id of the heading in PROTOCOL.md that it is placed under. */
  readonly below: string;
  readonly title: string;
  /** What the reader should notice. */
  readonly look: string;
  /** `file#case` in vectors/. */
  readonly vectors: Readonly<Partial<Record<Dialect, string>>>;
  /** What is collapsed into one line: nothing, all connects, or all connects and logins. */
  readonly collapsed: Collapsed;
  /** Number of steps shown after the collapsed part; all if missing. */
  readonly steps?: number;
}

export const diagrams: readonly Diagram[] = [
  {
    id: "greeting",
    below: "connecting",
    title: "Connecting and the greeting",
    look: "Classic clients get a greeting, cloud clients get nothing until they send, and achex.2 clients get the properties of the server.",
    vectors: {
      classic: "connecting#K1-greeting",
      cloud: "connecting#C1-no-greeting",
      "achex.2": "achex2-frames#R1-any-path",
    },
    collapsed: "nothing",
    steps: 4,
  },
  {
    id: "login",
    below: "logging-in",
    title: "Logging in",
    look: "The replies differ by a letter or two, and existing programs depend on the exact text.",
    vectors: { classic: "login#K3-classic", cloud: "login#C4-cloud", "achex.2": "achex2-results#R10-logins" },
    collapsed: "nothing",
    steps: 4,
  },
  {
    id: "service",
    below: "logging-in",
    title: "A service and its instances",
    look: "A caller does not need to know how many there are. Each instance can also be reached by its own name.",
    vectors: {
      classic: "services#K12-instances",
      cloud: "services#K12-instances-cloud",
      "achex.2": "services#R10-instances",
    },
    collapsed: "connections",
  },
  {
    id: "name-or-session",
    below: "sending",
    title: "A name, or one session of it",
    look: "Three sessions have the name Bob. A message to the name reaches all of them. A message to a session id reaches one.",
    vectors: {
      classic: "name-or-session#K9-name-or-session",
      cloud: "name-or-session#M1-name-or-session-cloud",
      "achex.2": "name-or-session#R11-name-or-session",
    },
    collapsed: "logins",
  },
  {
    id: "broadcast",
    below: "broadcasts",
    title: "A broadcast",
    look: "Every registered session receives it, including the sender. Sessions that are not registered receive nothing.",
    vectors: {
      classic: "broadcasts#K6-sender-included",
      cloud: "broadcasts#K4-in-cloud",
      "achex.2": "achex2-results#R11-cast",
    },
    collapsed: "logins",
  },
  {
    id: "hub",
    below: "hubs",
    title: "A hub",
    look: "All members except the sender get the message. The server replies to a join, and notifies the remaining members when one leaves.",
    vectors: {
      classic: "hubs#C6-in-classic",
      cloud: "hubs#C9-all-but-the-sender",
      "achex.2": "achex2-mixed#R2-hub-mixed",
    },
    collapsed: "logins",
    steps: 8,
  },
  {
    id: "latency",
    below: "questions",
    title: "Latency",
    look: "The server pings the client's WebSocket and reports how long the answer took. This works before login.",
    vectors: {
      classic: "questions#K10-forms-classic",
      cloud: "questions#K10-cloud",
      "achex.2": "achex2-results#R14-latency",
    },
    collapsed: "nothing",
    steps: 4,
  },
];
