import { type BenchClient, sleepUntil } from "./clients.ts";
import { type Result, summarize } from "./result.ts";

interface Tally {
  readonly latencies: number[];
  lost: number;
}

interface PingPongOptions {
  /** Time by `performance.now()` after which no ping is sent. */
  readonly end: number;
  /** Milliseconds between two pings. */
  readonly interval: number;
  readonly tally: Tally;
}

const LOST_MILLISECONDS = 2_000;

/** Runs one pair until `end`. The next ping waits for the pong of the last one, and for the rate. */
async function pingPong(pinger: BenchClient, ponger: BenchClient, { end, interval, tally }: PingPongOptions) {
  ponger.onFrame = () => ponger.connection.send(`{"toS":${pinger.sessionId},"pong":1}`);
  const ping = `{"toS":${ponger.sessionId},"ping":1}`;
  let due = performance.now();
  while (performance.now() < end) {
    const sent = performance.now();
    const answered = new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(false), LOST_MILLISECONDS);
      pinger.onFrame = () => {
        clearTimeout(late);
        resolve(true);
      };
    });
    pinger.connection.send(ping);
    if (await answered) tally.latencies.push(performance.now() - sent);
    else tally.lost++;
    due = Math.max(due + interval, performance.now() - interval);
    await sleepUntil(due);
  }
}

/** Closed loop: each pair of connections exchanges pings and pongs. */
export async function pairs(
  clients: readonly BenchClient[],
  { seconds, rate }: { seconds: number; rate: number },
): Promise<Result> {
  const tally: Tally = { latencies: [], lost: 0 };
  const start = performance.now();
  const options = { end: start + seconds * 1000, interval: 1000 / rate, tally };
  const running: Promise<void>[] = [];
  for (let i = 0; i + 1 < clients.length; i += 2) {
    const [pinger, ponger] = [clients[i], clients[i + 1]];
    if (pinger && ponger) running.push(pingPong(pinger, ponger, options));
  }
  await Promise.all(running);
  const milliseconds = performance.now() - start;
  return summarize({ run: "pairs", messages: tally.latencies.length * 2, milliseconds, ...tally });
}
