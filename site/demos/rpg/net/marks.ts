import type { Marks } from "./actors.ts";

/** How long words and faces stay over a head, ms. */
const SPEECH = { least: 2_500, perLetter: 60 } as const;
const EMOTE = 2_500;

export function speak(marks: Marks | undefined, text: string): undefined {
  if (marks) marks.say = { text, until: performance.now() + SPEECH.least + text.length * SPEECH.perLetter };
}

export function gesture(marks: Marks | undefined, number: number): undefined {
  if (marks) marks.emote = { number, until: performance.now() + EMOTE };
}

export function swingOf(marks: Marks | undefined): undefined {
  if (marks) marks.swingAt = performance.now();
}

const MINUTE = 60_000;

export const minuteOf = (time: number): number => Math.round(time) % MINUTE;

/** How much later a time of the last or next half minute is, ms. */
export function minuteDifference(time: number, now: number): number {
  const difference = (time - (now % MINUTE) + MINUTE) % MINUTE;
  return difference > MINUTE / 2 ? difference - MINUTE : difference;
}
