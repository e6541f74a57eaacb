// When each client's connection drops: the same times for every server, because they depend on the seed alone.
import { Random } from "../../packages/server/test/sim/random.ts";

export interface Drop {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly client: number;
}

export interface DropOptions {
  readonly clients: number;
  readonly seconds: number;
  /** Average time from the end of a drop to the next one. */
  readonly everySeconds: number;
  readonly dropSeconds: number;
  readonly seed: number;
}

/** All drops of a run, in order. The times between them are distributed exponentially, as independent failures are. */
export const scheduleDrops = ({ clients, seconds, everySeconds, dropSeconds, seed }: DropOptions): Drop[] => {
  const drops: Drop[] = [];
  for (let client = 0; client < clients; client++) {
    const random = new Random(seed * 1_000_003 + client);
    let at = 0;
    for (;;) {
      at += -Math.log(1 - random.next()) * everySeconds * 1_000;
      if (at >= seconds * 1_000) break;
      drops.push({ at, client });
      at += dropSeconds * 1_000;
    }
  }
  return drops.sort((a, b) => a.at - b.at);
};
