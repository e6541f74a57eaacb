import type { Crew, Hand } from "./crew.ts";
import { moment } from "./moment.ts";
import { type Result, resultOf } from "./result.ts";

interface Tally {
  readonly latencies: number[];
  lost: number;
}

const LOST_MILLISECONDS = 2_000;

/** One asker and its answerer, until `end`. Each question waits for its answer, and for its turn under the rate. */
async function play(asker: Hand, answerer: Hand, { end, gap, tally }: { end: number; gap: number; tally: Tally }) {
  answerer.onFrame = () => answerer.client.send(`{"toS":${asker.id},"pong":1}`);
  const question = `{"toS":${answerer.id},"ping":1}`;
  let due = performance.now();
  while (performance.now() < end) {
    const asked = performance.now();
    const answered = new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(false), LOST_MILLISECONDS);
      asker.onFrame = () => {
        clearTimeout(late);
        resolve(true);
      };
    });
    asker.client.send(question);
    if (await answered) tally.latencies.push(performance.now() - asked);
    else tally.lost++;
    due = Math.max(due + gap, performance.now() - gap);
    await moment(due);
  }
}

/** Closed loop: every two connections ask and answer each other. */
export async function pairs(crew: Crew, { seconds, rate }: { seconds: number; rate: number }): Promise<Result> {
  const tally: Tally = { latencies: [], lost: 0 };
  const start = performance.now();
  const terms = { end: start + seconds * 1000, gap: 1000 / rate, tally };
  const games: Promise<void>[] = [];
  for (let i = 0; i + 1 < crew.length; i += 2) {
    const [asker, answerer] = [crew[i], crew[i + 1]];
    if (asker && answerer) games.push(play(asker, answerer, terms));
  }
  await Promise.all(games);
  const milliseconds = performance.now() - start;
  return resultOf({ run: "pairs", messages: tally.latencies.length * 2, milliseconds, ...tally });
}
