// How long do 1,000 clients that join at once wait for a state of 1,000 keys, and how much do they delay a bystander?
// bun bench/state-snapshot.ts [--rounds N] [--out FILE]
import { fileURLToPath } from "node:url";
import { startHelper } from "./hostile/kit/helper.ts";
import type { Observation } from "./hostile/kit/types.ts";
import { asObserver } from "./lib/cores.ts";
import { connectMembers, Member, percentile, report } from "./rooms/members.ts";

const JOINERS = 1_000;
const KEYS = 1_000;
const VALUE = "x".repeat(80);
const LIMIT_MS = 120_000;
const QUIET_MS = 3_000;

const now = (): number => performance.timeOrigin + performance.now();
const bystanderScript = fileURLToPath(new URL("hostile/kit/bystander.ts", import.meta.url));

await report(async ({ port }, rounds) => {
  const writer = await Member.connect(port, "writer");
  await writer.join();
  await writer.request(writer.change(Object.fromEntries(Array.from({ length: KEYS }, (_, i) => [`key ${i}`, VALUE]))));
  const joiners = await connectMembers(port, JOINERS, "j");
  const bystander = startHelper(asObserver([process.execPath, bystanderScript, String(port), ""]));
  await bystander.nextLine(LIMIT_MS);
  const observe = async (from: number, to: number): Promise<Observation> => {
    bystander.writeLine(`${from} ${to}`);
    return JSON.parse(await bystander.nextLine(to - now() + LIMIT_MS));
  };
  await Bun.sleep(QUIET_MS);
  const quiet = await observe(now() - QUIET_MS, now());
  const runs: { milliseconds: number; p99: number; max: number }[] = [];
  let snapshotBytes = 0;
  for (let round = 0; round < rounds; round++) {
    const whole = joiners.map(
      (joiner) =>
        new Promise<void>((resolve) => {
          joiner.onFrame = (text) => {
            if (!text.startsWith('{"$state":')) return;
            snapshotBytes = text.length;
            resolve();
          };
        }),
    );
    const start = now();
    for (const joiner of joiners) void joiner.join({ $state: true });
    await Promise.all(whole);
    const end = now();
    const { latency } = await observe(start, end);
    runs.push({ milliseconds: Math.round(end - start), p99: latency.p99, max: latency.max });
    await Promise.all(joiners.map((joiner) => joiner.request({ leaveHub: "room" })));
  }
  await bystander.end();
  return {
    joiners: JOINERS,
    keys: KEYS,
    snapshotBytes,
    milliseconds: percentile(
      runs.map(({ milliseconds }) => milliseconds),
      0.5,
    ),
    bystander: {
      quietP99: quiet.latency.p99,
      p99: percentile(
        runs.map(({ p99 }) => p99),
        0.5,
      ),
    },
    runs,
  };
});
