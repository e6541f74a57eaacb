// How long does the result of a message to a kept channel take, at a fixed rate? bun bench/kept-acks.ts [--seconds N] [--out FILE]
import { Publisher } from "./kept/publisher.ts";
import { type KeepSync, withKeepingRelay } from "./kept/relay.ts";
import { percentile, report } from "./lib/one-result.ts";

const RATES = [1_000, 20_000] as const;
const PUBLISHERS = 20;
const TICK_MILLISECONDS = 1;

async function measure(port: number, rate: number, seconds: number) {
  const hubs = Array.from({ length: 100 }, (_, n) => `k${n}`);
  const publishers = await Promise.all(
    Array.from({ length: PUBLISHERS }, (_, n) => Publisher.connect(port, `p${n}`, hubs)),
  );
  const start = performance.now();
  for (let sent = 0, elapsed = 0; elapsed < (seconds + 1) * 1_000; elapsed = performance.now() - start) {
    // The first second is not measured.
    if (elapsed > 1_000) for (const one of publishers) one.times ??= [];
    for (; sent < (elapsed * rate) / 1_000; sent++) publishers[sent % PUBLISHERS]?.send();
    await Bun.sleep(TICK_MILLISECONDS);
  }
  while (publishers.some(({ pending }) => pending > 0)) await Bun.sleep(10);
  const times = publishers.flatMap((one) => one.times ?? []).sort((a, b) => a - b);
  return {
    offeredPerSecond: rate,
    confirmedPerSecond: Math.round(times.length / seconds),
    failed: publishers.reduce((sum, { failed }) => sum + failed, 0),
    milliseconds: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
  };
}

await report(async (seconds) => {
  const runs: object[] = [];
  for (const sync of ["normal", "full"] satisfies KeepSync[]) {
    for (const rate of RATES)
      runs.push({ sync, ...(await withKeepingRelay(sync, ({ port }) => measure(port, rate, seconds))) });
  }
  return { publishers: PUBLISHERS, channels: 100, messageBytes: 100, runs };
});
