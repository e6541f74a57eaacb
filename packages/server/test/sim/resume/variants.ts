import { type ResumeSimOptions, ResumeSimulator } from "./simulator.ts";

/** A kind of simulation: run with a few seeds in the test suite, and with many by `npm run test:long`. */
export interface SimVariant {
  readonly title: string;
  /** Seeds in the test suite. */
  readonly seeds: number;
  readonly steps: number;
  readonly options: Omit<ResumeSimOptions, "seed">;
}

export const variants: readonly SimVariant[] = [
  {
    title:
      "[R71 R72 R73 R74 R75 R76 R77 R78 R79 R80] every counted frame arrives once, in order; the rest becomes true",
    seeds: 120,
    steps: 400,
    options: { achex2Share: 0.9, resumeShare: 0.95 },
  },
  {
    title: "[R2 R76] with legacy clients, which notice nothing until a session ends",
    seeds: 60,
    steps: 400,
    options: { achex2Share: 0.6, resumeShare: 0.8 },
  },
  {
    title: "[R73 R81] on a server that holds few frames, only a resume that needs forgotten ones fails",
    seeds: 60,
    steps: 400,
    options: { achex2Share: 0.9, resumeShare: 0.95, limits: { resumeFrames: 2 } },
  },
  {
    title: "[R82] on a server that restarts, resumable sessions go on as if it had not",
    seeds: 60,
    steps: 400,
    options: { achex2Share: 0.8, resumeShare: 0.9, restarts: 1 },
  },
  {
    title: "[M5 R71] with messages that are sent over several turns",
    seeds: 20,
    steps: 300,
    options: { achex2Share: 0.9, resumeShare: 0.95, hasLargeMessages: true },
  },
  {
    title: "[R82 R102 R103 R104 R105 R106 R108 R111 R112 R114] with rooms: maps equal the history, one host per term",
    seeds: 100,
    steps: 400,
    options: { achex2Share: 0.9, resumeShare: 0.95, hasRooms: true, restarts: 0.5 },
  },
];

export const simulate = (variant: SimVariant, seed: number): Promise<void> =>
  new ResumeSimulator({ seed, ...variant.options }).run(variant.steps);
