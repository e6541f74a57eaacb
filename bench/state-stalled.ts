// What does a reader that stalls among 100 receive when it reads again, and does it delay the others? Changes of a state,
// latest-value messages and plain messages, 60 small ones per second, over 4 s. bun bench/state-stalled.ts [--out FILE]
import { connectMembers, Member, percentile, report } from "./rooms/members.ts";

const MEMBERS = 100;
/** Members whose frames are read and timed; the others discard theirs, so that this process is not the bottleneck. */
const OBSERVERS = 5;
const HZ = 60;
const SECONDS = 4;
const PADDING = "x".repeat(100);

const now = (): number => performance.now();

await report(async ({ port }) => {
  const results: Record<string, object> = {};
  const kinds: Readonly<Record<string, (writer: Member, n: number, at: number) => object>> = {
    state: (writer, n, at) => writer.change({ pos: [n, at, PADDING] }),
    latest: (writer, n, at) => writer.message({ $latest: "pos", pos: [n, at, PADDING] }),
    messages: (writer, n, at) => writer.message({ pos: [n, at, PADDING] }),
  };
  for (const [kind, frameOf] of Object.entries(kinds)) {
    const writer = await Member.connect(port, `writer of ${kind}`);
    const members = await connectMembers(port, MEMBERS, kind);
    await writer.join();
    for (const member of members) await member.join(kind === "state" ? { $state: true } : {});
    const latencies: number[] = [];
    for (const { client } of members.slice(1 + OBSERVERS)) client.onText = undefined;
    for (const member of members.slice(1, 1 + OBSERVERS)) {
      member.onFrame = (text) => {
        const at = Number(/"pos":\[\d+,([\d.]+),/.exec(text)?.[1]);
        if (at > 0) latencies.push(now() - at);
      };
    }
    const [stalled] = members;
    if (!stalled) throw new Error("no members");
    let updates = 0;
    stalled.onFrame = (text) => {
      if (text.includes('"pos":[')) updates++;
    };

    async function send(seconds: number): Promise<number> {
      latencies.length = 0;
      const start = now();
      for (let n = 0; n < seconds * HZ; n++) {
        await Bun.sleep(Math.max(0, start + (n * 1_000) / HZ - now()));
        writer.send(frameOf(writer, n, now()));
      }
      await writer.request({ echo: true });
      return percentile(latencies, 0.99);
    }

    const p99Before = await send(SECONDS);
    const bytes = stalled.client.receivedBytes;
    updates = 0;
    stalled.client.stopReading();
    const p99 = await send(SECONDS);
    stalled.client.continueReading();
    await Bun.sleep(1_500);
    results[kind] = {
      sent: SECONDS * HZ,
      updatesReceived: updates,
      megabytesReceived: Math.round((stalled.client.receivedBytes - bytes) / 1e4) / 100,
      disconnected: !stalled.client.isOpen,
      othersP99: { before: p99Before, during: p99 },
    };
    for (const member of [writer, ...members]) member.client.drop();
    await Bun.sleep(500);
  }
  return { members: MEMBERS, hz: HZ, seconds: SECONDS, frameBytes: PADDING.length, results };
});
