// Two sessions that are not part of the attack. One sends the other a message every 5 ms, and each message is timed from the
// moment it was due. Runs as its own process: bun bystander.ts PORT PASSWORD. A line `FROM TO` on standard input (milliseconds
// since 1970) requests the results for that period.
import { createInterface } from "node:readline";
import type { HealthAnswers, Latency, Observation } from "./types.ts";

const EVERY_MS = 5;
const HEALTH_EVERY_MS = 250;
const HEALTH_LIMIT_MS = 2_000;
/**
 * Most messages in flight. After a stall, more would exceed the relay's frame limit; messages held back are still timed from
 * when they were due.
 */
const MOST_UNDER_WAY = 400;
/** Milliseconds to wait for messages that were due in the requested period and have not arrived. */
const LONGEST_WAIT_MS = 60_000;
const ADDRESS = "203.0.113.7";

/** Milliseconds since 1970, which can be compared between processes, unlike performance.now(). */
const now = (): number => performance.timeOrigin + performance.now();

const opened = (url: string, name: string, password: string, onText: (text: string) => void): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers: { "x-forwarded-for": ADDRESS } });
    socket.onerror = () => reject(new Error(`no connection to ${url}`));
    socket.onopen = () => socket.send(JSON.stringify({ auth: name, passwd: password }));
    socket.onmessage = ({ data }) => {
      if (String(data).startsWith('{"auth":"OK"')) resolve(socket);
      else if (String(data).startsWith('{"auth":')) reject(new Error(String(data)));
      else onText(String(data));
    };
  });

/** Latency of each message by its number. A message is due at start + number × EVERY_MS. */
class Messages {
  private readonly latencies: number[] = [];
  private readonly start = now();
  private sent = 0;
  private arrived = 0;

  constructor(private readonly sender: WebSocket) {}

  received(text: string): void {
    const n = Number(/"n":(\d+)/.exec(text)?.[1]);
    this.latencies[n] = now() - this.due(n);
    this.arrived++;
    this.send();
  }

  send(): void {
    for (; this.due(this.sent) <= now() && this.sent - this.arrived < MOST_UNDER_WAY; this.sent++)
      this.sender.send(`{"to":"receiver","n":${this.sent}}`);
  }

  between(from: number, to: number): { readonly latency: Latency; readonly complete: boolean } {
    const first = Math.max(0, Math.ceil((from - this.start) / EVERY_MS));
    const last = Math.floor((to - this.start) / EVERY_MS);
    const times = this.latencies.slice(first, last).filter((time) => time !== undefined);
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number): number =>
      Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 100) / 100;
    const lost = last - first - sorted.length;
    return {
      latency: { messages: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1), lost },
      complete: lost === 0,
    };
  }

  private due(n: number): number {
    return this.start + n * EVERY_MS;
  }
}

interface Probe {
  readonly at: number;
  readonly outcome: "ok" | "refused" | "timedOut";
  readonly milliseconds: number;
}

async function probe(url: string): Promise<Probe> {
  const at = now();
  const outcome = await fetch(url, {
    headers: { "x-forwarded-for": ADDRESS, connection: "close" },
    keepalive: false,
    signal: AbortSignal.timeout(HEALTH_LIMIT_MS),
  }).then(
    ({ ok }) => (ok ? "ok" : "refused"),
    (error: unknown) => (error instanceof DOMException ? "timedOut" : "refused"),
  );
  return { at, outcome, milliseconds: now() - at };
}

function healthBetween(probes: readonly Probe[], from: number, to: number): HealthAnswers {
  const within = probes.filter(({ at }) => at >= from && at < to);
  const count = (wanted: Probe["outcome"]): number => within.filter(({ outcome }) => outcome === wanted).length;
  return {
    ok: count("ok"),
    refused: count("refused"),
    timedOut: count("timedOut"),
    slowest: Math.round(Math.max(0, ...within.map(({ milliseconds }) => milliseconds))),
  };
}

async function main(port: string, password: string): Promise<void> {
  const url = `ws://127.0.0.1:${port}/bystander`;
  let messages: Messages | undefined;
  await opened(url, "receiver", password, (text) => messages?.received(text));
  const sender = await opened(url, "sender", password, () => {});
  let disconnected = false;
  sender.onclose = () => {
    disconnected = true;
  };
  const running = new Messages(sender);
  messages = running;
  setInterval(() => running.send(), 1);
  const probes: Probe[] = [];
  setInterval(() => void probe(`http://127.0.0.1:${port}/health`).then((done) => probes.push(done)), HEALTH_EVERY_MS);
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const [from = 0, to = 0] = line.split(" ").map(Number);
    const deadline = to + LONGEST_WAIT_MS;
    while (!disconnected && !running.between(from, to).complete && now() < deadline) await Bun.sleep(50);
    await Bun.sleep(Math.max(0, to + HEALTH_LIMIT_MS - now()));
    const observation: Observation = {
      latency: running.between(from, to).latency,
      health: healthBetween(probes, from, to),
      disconnected,
    };
    console.log(JSON.stringify(observation));
  }
}

const [port = "", password = ""] = Bun.argv.slice(2);
await main(port, password);
process.exit(0);
