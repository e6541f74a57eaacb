import { type Client, connect, type Delivery } from "@achex/client";

/** Messages that are still on the way after the last have so long to arrive. */
const LAST_MILLISECONDS = 30_000;

export interface FleetResult {
  readonly sent: number;
  readonly lost: number;
  readonly repeated: number;
  readonly outOfOrder: number;
  /** Results that said that another number of sessions than one took the message. */
  readonly wrongResults: number;
  /** Results that did not say, because a node did not answer within 250 ms (PROTOCOL.md R161). */
  readonly unknownResults: number;
  readonly rejected: number;
  /** Sessions that ended, instead of being resumed. */
  readonly sessionsLost: number;
  readonly resumed: number;
  /** From sending a message until it arrives. */
  readonly milliseconds: { readonly p50: number; readonly p99: number; readonly longest: number };
}

/** A WebSocket class whose connections go to the given ports in turn, as behind a load balancer. */
function balanced(ports: readonly number[], first: number) {
  let turn = first;
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      const target = new URL(url);
      target.port = `${ports[turn++ % ports.length]}`;
      super(target.href, protocols);
    }
  };
}

/** Clients of which each sends numbered messages to the next one. */
export class Fleet {
  private readonly clients: Client<object>[] = [];
  private readonly received: number[] = [];
  private readonly times: number[] = [];
  private readonly results: Promise<void>[] = [];
  private timer: ReturnType<typeof setInterval> | undefined;
  private rounds = 0;
  private sent = 0;
  private repeated = 0;
  private outOfOrder = 0;
  private wrongResults = 0;
  private unknownResults = 0;
  private rejected = 0;
  private sessionsLost = 0;
  private resumed = 0;

  constructor(
    private readonly size: number,
    private readonly ports: readonly number[],
    private readonly interval: number,
  ) {}

  async connect(): Promise<void> {
    for (let index = 0; index < this.size; index++) {
      const url = `ws://127.0.0.1:${this.ports[0]}/rolling`;
      const client = connect(url, { name: `p${index}`, WebSocket: balanced(this.ports, index) });
      client.on("lost", () => this.sessionsLost++);
      client.on("resumed", () => this.resumed++);
      client.on("message", ({ data }) => this.note(index, Object(data)));
      this.received.push(0);
      this.clients.push(client);
      if (index % 50 === 49) await this.ready();
    }
    await this.ready();
  }

  /** A few clients send in each step, so that the load is steady. */
  begin(): void {
    const steps = Math.min(50, this.size);
    let step = 0;
    this.timer = setInterval(() => {
      if (step === 0) this.rounds++;
      for (let index = step; index < this.size; index += steps) this.send(index);
      step = (step + 1) % steps;
    }, this.interval / steps);
  }

  async finish(): Promise<FleetResult> {
    clearInterval(this.timer);
    const until = performance.now() + LAST_MILLISECONDS;
    while (this.sum + this.rejected < this.sent && performance.now() < until) await Bun.sleep(20);
    await Promise.all(this.results);
    for (const client of this.clients) client.close();
    this.times.sort((one, other) => one - other);
    const at = (share: number): number =>
      Math.round((this.times[Math.floor((this.times.length - 1) * share)] ?? 0) * 10) / 10;
    const { sent, repeated, outOfOrder, wrongResults, unknownResults, rejected, sessionsLost, resumed } = this;
    const lost = sent - this.rejected - this.sum;
    return {
      ...{ sent, lost, repeated, outOfOrder, wrongResults, unknownResults, rejected, sessionsLost, resumed },
      milliseconds: { p50: at(0.5), p99: at(0.99), longest: at(1) },
    };
  }

  private get sum(): number {
    return this.received.reduce((sum, count) => sum + count, 0);
  }

  private async ready(): Promise<void> {
    for (const client of this.clients) if (client.state !== "ready") await client.ready();
  }

  private send(index: number): void {
    const client = this.clients[index];
    if (!client) return;
    this.sent++;
    const sending = client.to(`p${(index + 1) % this.size}`).send({ n: this.rounds, at: performance.now() });
    const done = ({ taken, missed }: Delivery): void => {
      if (taken === 1) return;
      if (missed) this.unknownResults++;
      else this.wrongResults++;
    };
    const rejected = (): void => {
      this.rejected++;
    };
    this.results.push(sending.then(done, rejected));
  }

  /** Each client hears one other, whose numbers count up by one. */
  private note(index: number, { n, at }: { readonly n?: unknown; readonly at?: unknown }): void {
    const before = this.received[index] ?? 0;
    if (typeof n !== "number" || typeof at !== "number") return;
    this.times.push(performance.now() - at);
    if (n <= before) this.repeated++;
    else {
      if (n > before + 1) this.outOfOrder++;
      this.received[index] = before + 1;
    }
  }
}
