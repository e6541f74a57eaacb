import { type BenchClient, sleepUntil } from "./clients.ts";
import { type Result, summarize } from "./result.ts";

const STRAGGLER_MILLISECONDS = 2_000;

export interface FanOutOptions {
  readonly seconds: number;
  /** Messages per second from the one sender. */
  readonly rate: number;
  readonly hub: string;
}

/** Open loop: one connection sends to a hub at a steady rate, without waiting for deliveries. */
export async function fanOut(clients: readonly BenchClient[], { seconds, rate, hub }: FanOutOptions): Promise<Result> {
  const [sender, ...receivers] = clients;
  if (!sender) throw new RangeError("a fan-out needs a sender");
  await Promise.all(receivers.map(({ connection }) => connection.join(hub)));
  const count = Math.ceil(seconds * rate);
  const expected = count * receivers.length;
  const latencies: number[] = [];
  const complete = Promise.withResolvers<void>();
  const start = performance.now();
  const dueOf = (n: number) => start + (n * 1000) / rate;
  for (const receiver of receivers) {
    receiver.onFrame = (text) => {
      const n = /"n":(\d+)/.exec(text)?.[1];
      latencies.push(performance.now() - dueOf(Number(n)));
      if (latencies.length === expected) complete.resolve();
    };
  }
  for (let n = 0; n < count; n++) {
    await sleepUntil(dueOf(n));
    sender.connection.send(`{"toH":${JSON.stringify(hub)},"n":${n}}`);
  }
  const sent = performance.now();
  await Promise.race([complete.promise, Bun.sleep(STRAGGLER_MILLISECONDS)]);
  const milliseconds =
    Math.max(sent, performance.now() - (latencies.length < expected ? STRAGGLER_MILLISECONDS : 0)) - start;
  const lost = expected - latencies.length;
  return summarize({ run: "fan-out", messages: latencies.length, milliseconds, latencies, lost });
}
