import { Publisher } from "../kept/publisher.ts";
import { percentile } from "../lib/one-result.ts";

const PUBLISHERS = 30;
const CHANNELS = 100;

/**
 * Messages of 100 bytes to kept hubs that are acknowledged per second, by 30 clients in turn on each port with so many under way each,
 * and how long an acknowledgement takes, in milliseconds.
 */
export async function keptSends(ports: readonly number[], underWay: number, seconds: number) {
  const hubs = Array.from({ length: CHANNELS }, (_, n) => `k${n}`);
  const publishers: Publisher[] = [];
  for (let n = 0; n < PUBLISHERS; n++)
    publishers.push(await Publisher.connect(ports[n % ports.length] ?? 0, `p${n}`, hubs));
  const run = async (milliseconds: number): Promise<number> => {
    const start = performance.now();
    const before = publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    const until = () => performance.now() - start > milliseconds;
    await Promise.all(publishers.map((one) => one.keepSending(underWay, until)));
    const acknowledged = publishers.reduce((sum, one) => sum + one.acknowledged, 0) - before;
    return acknowledged / ((performance.now() - start) / 1_000);
  };
  await run(1_000);
  for (const one of publishers) one.times = [];
  const perSecond = await run(seconds * 1_000);
  const times = publishers.flatMap((one) => one.times ?? []).sort((a, b) => a - b);
  const failed = publishers.reduce((sum, one) => sum + one.failed, 0);
  for (const one of publishers) one.end();
  return {
    publishers: PUBLISHERS,
    underWay,
    acknowledgedPerSecond: Math.round(perSecond),
    failed,
    milliseconds: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
  };
}
