/** A test that is about one node and not about what clients are promised. */
export interface LeftOut {
  /** Where its title is written. */
  readonly file: string;
  /** Part of its title that no other test has. */
  readonly title: string;
  readonly reason: string;
}

/** What a relay of several nodes does otherwise, with the words of PROTOCOL.md that say so. */
export const leftOut: readonly LeftOut[] = [
  {
    file: "packages/server/test/conformance/sessions.test.ts",
    title: "ids count up over both dialects",
    reason: "R162: each node has ranges of its own, so ids do not count up in the order of the connections",
  },
  {
    file: "vectors/options.json",
    title: "L1-changed-sessions",
    reason: "R164: the limit of sessions is that of each node; this needs a relay that is full",
  },
];
