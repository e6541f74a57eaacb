import { type Client, connect, type Delivery, type Fault } from "@achex/client";
import { pace } from "../kit/pace.ts";
import { until } from "../kit/wait.ts";
import { HOSTS, type HostNumber, others } from "./network.ts";
import type { RoundContext, Traffic } from "./trouble.ts";

const PAUSE_MILLISECONDS = 20;
const DEADLINE_MILLISECONDS = 30_000;

interface Sent {
  readonly from: HostNumber;
  readonly to: HostNumber;
  readonly n: number;
  /** Acknowledged with a receiver. */
  acknowledged: number | undefined;
  /** Rejected because there was no receiver. */
  isRejected: boolean;
}

/** A WebSocket class whose connections go to the given nodes in turn, beginning with the first. */
function roaming(urls: readonly string[]) {
  let turn = 0;
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(`${urls[turn++ % urls.length]}${new URL(url).pathname.slice(1)}`, protocols);
    }
  };
}

/** A client of the library at a node, which resumes its session at any node. */
class Person {
  readonly received = new Map<string, number>();
  /** When its session was lost, as it was told. */
  lostAt = Number.NEGATIVE_INFINITY;
  private readonly latest = new Map<number, number>();
  readonly client: Client<object>;
  resumed = 0;
  losses = 0;

  constructor(host: HostNumber, context: RoundContext) {
    const urls = [host, ...others(host)].map((one) => context.url(one));
    const credentials = { name: personName(context, host), passwd: "p" };
    this.client = connect(urls[0] ?? "", { ...credentials, WebSocket: roaming(urls) });
    this.client.on("lost", () => {
      this.losses++;
      this.lostAt = performance.now();
    });
    this.client.on("resumed", () => this.resumed++);
    this.client.on("message", ({ data }) => {
      const { from, n }: { from?: unknown; n?: unknown } = { ...data };
      const key = `${from}.${n}`;
      const times = (this.received.get(key) ?? 0) + 1;
      this.received.set(key, times);
      if (times > 1) context.problem(`plain message ${key} was delivered ${times} times`);
      const before = this.latest.get(Number(from)) ?? 0;
      if (Number(n) < before) context.problem(`plain message ${key} came after ${before}`);
      this.latest.set(Number(from), Math.max(before, Number(n)));
    });
  }
}

const personName = (context: RoundContext, host: HostNumber) => `${context.id}-person${host}`;

/** Messages to names at other nodes, by sessions that are resumed: PROTOCOL.md M5, R11, R73 to R78, R161 and R168. */
export class PlainTraffic implements Traffic {
  private people: readonly Person[] = [];
  private readonly sent: Sent[] = [];
  private readonly running: Promise<void>[] = [];
  private readonly results: Promise<void>[] = [];
  private unknown = 0;
  private told = 0;
  private lost = 0;

  constructor(private readonly context: RoundContext) {}

  get counts(): Readonly<Record<string, number>> {
    const sum = (of: (person: Person) => number) => this.people.reduce((total, one) => total + of(one), 0);
    return {
      plainSent: this.sent.length,
      plainAcknowledged: this.sent.filter(({ acknowledged }) => acknowledged !== undefined).length,
      plainRejected: this.sent.filter(({ isRejected }) => isRejected).length,
      plainUnknown: this.unknown,
      plainLost: this.lost,
      plainLostWithSession: this.told,
      sessionsResumed: sum(({ resumed }) => resumed),
      sessionsLost: sum(({ losses }) => losses),
    };
  }

  async begin(): Promise<void> {
    this.people = HOSTS.map((host) => new Person(host, this.context));
    for (const { client } of this.people) await client.ready({ timeout: DEADLINE_MILLISECONDS });
    for (const host of HOSTS) this.running.push(this.run(host));
  }

  private async run(from: HostNumber): Promise<void> {
    const client = this.people[from - 1]?.client;
    for (let n = 1; client && this.context.isSending(); n++) {
      for (const to of others(from)) this.send(client, { from, to, n, acknowledged: undefined, isRejected: false });
      await pace(PAUSE_MILLISECONDS);
      // A client that is disconnected would collect messages.
      while (client.state !== "ready" && this.context.isSending()) await pace(PAUSE_MILLISECONDS);
    }
  }

  private send(client: Client<object>, message: Sent): void {
    const { from, to, n } = message;
    this.sent.push(message);
    const done = ({ taken, missed }: Delivery): void => {
      if (taken && !missed) message.acknowledged = performance.now();
      else this.unknown++;
    };
    const rejected = (fault: Fault): void => {
      if (fault.code === "no-such-name") message.isRejected = true;
      else this.unknown++;
    };
    this.results.push(client.to(personName(this.context, to)).send({ from, n }).then(done, rejected));
  }

  unsettled(since: number): string | undefined {
    for (const from of HOSTS)
      for (const to of others(from))
        if (!this.sent.some((one) => one.from === from && one.to === to && (one.acknowledged ?? 0) > since))
          return `no message from ${from} to ${to} was acknowledged`;
    return undefined;
  }

  async finish(): Promise<void> {
    await Promise.all(this.running);
    await Promise.all(this.results);
    const missing = () => this.sent.filter((one) => one.acknowledged !== undefined && !this.hasArrived(one));
    const isLost = (one: Sent) => (one.acknowledged ?? 0) > (this.people[one.to - 1]?.lostAt ?? 0);
    await until("all plain messages", () => !missing().some(isLost), 5_000).catch(() => {});
    for (const one of missing()) {
      if (isLost(one)) {
        this.lost++;
        this.context.problem(`plain message ${one.from}.${one.n} to ${one.to} is lost`);
      } else this.told++;
    }
    for (const one of this.sent)
      if (one.isRejected && this.hasArrived(one))
        this.context.problem(`plain message ${one.from}.${one.n} to ${one.to} was rejected and delivered`);
  }

  private hasArrived({ from, to, n }: Sent): boolean {
    return this.people[to - 1]?.received.has(`${from}.${n}`) === true;
  }

  close(): void {
    for (const { client } of this.people) client.close();
  }
}
