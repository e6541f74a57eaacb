import type { Random } from "../random.ts";

/** How a simulation goes: the same for the whole run. */
export interface Weather {
  /** How often connections fail, as a weight among the other steps. */
  readonly losses: number;
  /** How often a turn of the event loop ends. After a turn with many results, the next ones wait for other frames. */
  readonly turns: number;
  /** Steps after which everything is delivered and checked. */
  readonly rests: number;
  /** Most frames of a client that arrive together. */
  readonly burst: number;
}

export function randomWeather(random: Random, hasLargeMessages: boolean): Weather {
  // In a turn that a large message uses up, more frames of a session would wait at the server, and others overtake them.
  const [turns, burst] = hasLargeMessages ? [0.3, 2] : [random.pick([0.3, 0.05, 0.01]), 12];
  return { losses: random.pick([6, 30]), turns, rests: random.pick([60, 150]), burst };
}
