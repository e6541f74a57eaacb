import { RawClient } from "../hostile/kit/raw-client.ts";
import { percentile } from "../lib/one-result.ts";
import { connectAs } from "./nodes.ts";
import { type Throughput, throughputOf } from "./pairs.ts";

/** Members that count what they receive: several, so that behind one port there is one on each worker. */
const COUNTING = 8;
const TIMED_MESSAGES = 200;
const JOIN = '{"cmd":"register_broadcast","bid":"b"}';
const MESSAGE = `{"bc":"b","p":"${"x".repeat(80)}"}`;

/** Members of the broadcast, in turn on each port. Without `onMessage`, they do not look at what they receive, which costs the least. */
async function membersOn(ports: readonly number[], count: number, onMessage?: () => void): Promise<RawClient[]> {
  const members: RawClient[] = [];
  const onText = onMessage && ((frame: string) => frame.startsWith('{"bc"') && onMessage());
  for (let n = 0; n < count; n++) {
    const port = ports[n % ports.length] ?? 0;
    const member = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1" }, onText);
    member.text(`{"auth":"m${n}"}`);
    member.text(JOIN);
    members.push(member);
  }
  await Bun.sleep(1_000);
  return members;
}

const untilTrue = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await Bun.sleep(1);
};

/**
 * Deliveries per second of a broadcast to members on all ports. Some of them count; the sender, on the first port, sends the next
 * message once all of these have one more, so no node is left behind. With few under way, a delivery costs a system call of its own; with many, several share one.
 */
export async function fanOut(
  ports: readonly number[],
  count: number,
  underWay: number,
  pids: readonly number[],
  seconds: number,
): Promise<Throughput> {
  const members = await membersOn(ports, count - COUNTING);
  const received = new Array<number>(COUNTING).fill(0);
  const complete = (): number => Math.min(...received);
  const sender = await connectAs(ports[0] ?? 0, "sender");
  let sent = 0;
  let isOver = false;
  const send = (): void => {
    for (; !isOver && sent < complete() + underWay; sent++) sender.text(MESSAGE);
  };
  for (let index = 0; index < COUNTING; index++) {
    const port = ports[index % ports.length] ?? 0;
    const counting = await RawClient.connect({ port, instance: "bench", address: "127.0.0.1" }, (frame) => {
      if (!frame.startsWith('{"bc"')) return;
      received[index] = (received[index] ?? 0) + 1;
      send();
    });
    counting.text(`{"auth":"c${index}"}`);
    counting.text(JOIN);
    members.push(counting);
  }
  await Bun.sleep(500);
  send();
  await Bun.sleep(1_000);
  const result = await throughputOf(() => complete() * count, pids, seconds);
  isOver = true;
  for (const one of [sender, ...members]) one.drop();
  return result;
}

/** Milliseconds until all members have a message of a broadcast, one message at a time. */
export async function timeUntilAllHaveIt(ports: readonly number[], count: number) {
  let received = 0;
  const members = await membersOn(ports, count, () => received++);
  const sender = await connectAs(ports[0] ?? 0, "sender");
  const times: number[] = [];
  for (let n = 0; n < TIMED_MESSAGES; n++) {
    const expected = received + count;
    const sentAt = performance.now();
    sender.text(MESSAGE);
    await untilTrue(() => received >= expected);
    times.push(performance.now() - sentAt);
  }
  for (const one of [sender, ...members]) one.drop();
  times.sort((a, b) => a - b);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
