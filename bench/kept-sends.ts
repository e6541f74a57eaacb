// How many messages to kept channels are confirmed per second, and what does a client of another hub notice of it?
// bun bench/kept-sends.ts [--seconds N] [--out FILE]
import { fileURLToPath } from "node:url";
import { Publisher } from "./kept/publisher.ts";
import { type KeepingRelay, type KeepSync, withKeepingRelay } from "./kept/relay.ts";
import { report } from "./lib/one-result.ts";
import { cpuSecondsOf } from "./lib/started.ts";

interface Load {
  readonly publishers: number;
  readonly channels: number;
  readonly sync: KeepSync;
}

const LOADS: readonly Load[] = (["normal", "full"] as const).flatMap((sync) => [
  { publishers: 1, channels: 1, sync },
  { publishers: 1, channels: 10_000, sync },
  { publishers: 100, channels: 1, sync },
  { publishers: 100, channels: 10_000, sync },
]);
/** Messages under way, of all publishers together. */
const UNDER_WAY = 1_000;

interface Noticed {
  readonly samples: number;
  readonly p50: number;
  readonly p99: number;
}

/** Measures in a process of its own while `work` runs, because this one is busy. */
async function noticedDuring(port: number, work: () => Promise<void>): Promise<Noticed> {
  const script = fileURLToPath(new URL("kept/bystander.ts", import.meta.url));
  const observer = Bun.spawn([process.execPath, script, String(port)], { stdin: "pipe", stdout: "pipe" });
  await Bun.sleep(500);
  await work();
  observer.stdin.end();
  return JSON.parse(await new Response(observer.stdout).text());
}

async function measure(load: Load, { port, pid }: KeepingRelay, seconds: number) {
  const { channels } = load;
  const hubs = Array.from({ length: channels }, (_, n) => `k${n}`);
  const publishers = await Promise.all(
    Array.from({ length: load.publishers }, (_, n) => Publisher.connect(port, `p${n}`, hubs)),
  );
  const run = async (milliseconds: number): Promise<number> => {
    const start = performance.now();
    const before = publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    const until = () => performance.now() - start > milliseconds;
    await Promise.all(publishers.map((one) => one.keepSending(UNDER_WAY / publishers.length, until)));
    const acknowledged = publishers.reduce((sum, one) => sum + one.acknowledged, 0) - before;
    return acknowledged / ((performance.now() - start) / 1_000);
  };
  await run(1_000);
  const quiet = await noticedDuring(port, () => Bun.sleep(seconds * 500));
  const cpu = cpuSecondsOf(pid);
  let perSecond = 0;
  const busy = await noticedDuring(port, async () => {
    perSecond = await run(seconds * 1_000);
  });
  return {
    ...load,
    confirmedPerSecond: Math.round(perSecond),
    failed: publishers.reduce((sum, { failed }) => sum + failed, 0),
    relayCores: Math.round(((cpuSecondsOf(pid) - cpu) / seconds) * 100) / 100,
    bystanderMilliseconds: { quiet, busy, p99Ratio: Math.round((busy.p99 / quiet.p99) * 10) / 10 },
  };
}

await report(async (seconds) => {
  const loads: object[] = [];
  for (const load of LOADS) {
    const result = await withKeepingRelay(load.sync, (relay) => measure(load, relay, seconds));
    console.error(JSON.stringify(result));
    loads.push(result);
  }
  return { messageBytes: 100, underWay: UNDER_WAY, loads };
});
