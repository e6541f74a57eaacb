import type { RawClient } from "../hostile/kit/raw-client.ts";
import { percentile } from "../lib/one-result.ts";
import { cpuSecondsOf } from "../lib/started.ts";
import { connectAs } from "./nodes.ts";

const WINDOW = 32;
const PADDING = "x".repeat(80);

export interface Throughput {
  readonly perSecond: number;
  readonly coresUsed: number;
  readonly microsecondsOfCpu: number;
}

/** How many of something happened per second, and the CPU that the processes used for one. */
export async function throughputOf(count: () => number, pids: readonly number[], seconds: number): Promise<Throughput> {
  const before = { count: count(), cpu: cpuSecondsOf(...pids), at: performance.now() };
  await Bun.sleep(seconds * 1_000);
  const happened = count() - before.count;
  const elapsed = (performance.now() - before.at) / 1_000;
  const cpu = cpuSecondsOf(...pids) - before.cpu;
  return {
    perSecond: Math.round(happened / elapsed),
    coresUsed: Math.round((cpu / elapsed) * 100) / 100,
    microsecondsOfCpu: Math.round((cpu / happened) * 1e8) / 100,
  };
}

/** Messages of 100 bytes between pairs of which each has a few under way. */
export async function pairs(
  ports: { readonly from: number; readonly to: number },
  count: number,
  pids: readonly number[],
  seconds: number,
): Promise<Throughput> {
  let received = 0;
  let isOver = false;
  const clients: RawClient[] = [];
  for (let pair = 0; pair < count; pair++) {
    const [sender, receiver] = [await connectAs(ports.from, `s${pair}`), await connectAs(ports.to, `r${pair}`)];
    const text = `{"to":"r${pair}","p":"${PADDING}"}`;
    receiver.onText = () => {
      received++;
      if (!isOver) sender.text(text);
    };
    for (let n = 0; n < WINDOW; n++) sender.text(text);
    clients.push(sender, receiver);
  }
  await Bun.sleep(1_000);
  const result = await throughputOf(() => received, pids, seconds);
  isOver = true;
  for (const one of clients) one.drop();
  return result;
}

/** Milliseconds from sending a message until its receiver has it, one message at a time. */
export async function latency(from: number, to: number, count: number) {
  const [sender, receiver] = [await connectAs(from, "Ann"), await connectAs(to, "Bob")];
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    receiver.onText = () => resolve();
    const sentAt = performance.now();
    sender.text(`{"to":"Bob","n":${n}}`);
    await promise;
    times.push(performance.now() - sentAt);
  }
  times.sort((a, b) => a - b);
  for (const one of [sender, receiver]) one.drop();
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
