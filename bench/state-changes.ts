// How many changes of a room's state can 100 followers receive per second, and what does one delivered change cost, compared
// with a plain message to a hub? Both take turns. bun bench/state-changes.ts [--rounds N] [--out FILE]
import { cpuSecondsOf } from "./lib/started.ts";
import { connectMembers, Member, percentile, report } from "./rooms/members.ts";

const MEMBERS = 100;
const FRAMES = 4_000;
/** Frames sent before the next reply is awaited. */
const BATCH = 50;

await report(async ({ port, pid }, rounds) => {
  const members = await connectMembers(port, MEMBERS, "m");
  for (const member of members) {
    await member.join({ $state: true });
    member.client.onText = undefined;
  }
  const writer = await Member.connect(port, "writer");
  await writer.join();
  const received = () => members.reduce((sum, { client }) => sum + client.receivedBytes, 0);

  /** Returns CPU microseconds per delivery, and frames per second. */
  async function run(frameOf: (n: number) => object): Promise<{ cpu: number; rate: number; bytes: number }> {
    const [cpu, bytes, start] = [cpuSecondsOf(pid), received(), performance.now()];
    for (let n = 0; n < FRAMES; n += BATCH) {
      for (let i = 1; i < BATCH; i++) writer.send(frameOf(n + i));
      await writer.request(frameOf(n));
    }
    const seconds = (performance.now() - start) / 1_000;
    await Bun.sleep(300);
    const deliveries = FRAMES * MEMBERS;
    return {
      cpu: ((cpuSecondsOf(pid) - cpu) / deliveries) * 1e6,
      rate: FRAMES / seconds,
      bytes: (received() - bytes) / deliveries,
    };
  }

  // Frames of about the same size arrive.
  const message = (n: number) => writer.message({ position: [n, n % 7], label: "abcdef" });
  const change = (n: number) => writer.change({ position: [n, n % 7, "ab"] });
  await run(message);
  await run(change);
  const messages: { cpu: number; rate: number; bytes: number }[] = [];
  const changes: typeof messages = [];
  for (let round = 0; round < rounds; round++) {
    messages.push(await run(message));
    changes.push(await run(change));
  }
  const median = (runs: typeof messages, key: "cpu" | "rate" | "bytes") =>
    percentile(
      runs.map((one) => one[key]),
      0.5,
    );
  const figures = (runs: typeof messages) => ({
    cpuMicrosecondsPerDelivery: median(runs, "cpu"),
    perSecond: median(runs, "rate"),
    bytesPerDelivery: median(runs, "bytes"),
    runs: runs.map(({ cpu }) => Math.round(cpu * 100) / 100),
  });
  return {
    members: MEMBERS,
    messages: figures(messages),
    changes: figures(changes),
    cpuRatio: Math.round((median(changes, "cpu") / median(messages, "cpu")) * 100) / 100,
  };
});
