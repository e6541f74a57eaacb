import { isJsonObject, type JsonObject } from "@achex/protocol";
import { pace } from "../kit/pace.ts";
import { until } from "../kit/wait.ts";
import { HOSTS, type HostNumber, others } from "./network.ts";
import { faultOf, Session } from "./session.ts";
import type { RoundContext, Traffic } from "./trouble.ts";

const PAUSE_MILLISECONDS = 25;
const PAGE = 200;
const DEADLINE_MILLISECONDS = 20_000;

/** All that is stored of a hub that the session is in, at its node. */
export async function historyOf(session: Session, hub: string): Promise<JsonObject[]> {
  const messages: JsonObject[] = [];
  for (;;) {
    const page = await session.result({ $history: { hub, after: messages.length, limit: PAGE } });
    if (!page || !Array.isArray(page.messages)) throw new Error(`there is no history of ${hub} at ${session.url}`);
    messages.push(...page.messages.filter(isJsonObject));
    if (page.more !== true) return messages;
  }
}

export const digestOf = (history: readonly JsonObject[]): string =>
  `${history.length} messages, ${Bun.hash(JSON.stringify(history)).toString(36)}`;

interface Acknowledged {
  readonly writer: number;
  readonly n: number;
  readonly seq: number;
}

/** Sends numbered messages one by one, each with an id, and again under that id when nobody knows what became of it. */
class Writer {
  n = 0;
  lastAcknowledged = 0;
  readonly acknowledged: Acknowledged[] = [];
  rejected = 0;
  repeated = 0;
  duplicates = 0;
  done: Promise<void> = Promise.resolve();
  longestPause = 0;

  constructor(
    readonly host: HostNumber,
    private readonly hub: string,
    private readonly context: RoundContext,
  ) {}

  begin(): void {
    this.lastAcknowledged = performance.now();
    this.done = this.run();
  }

  private async run(): Promise<void> {
    const { context, host } = this;
    const urls = [host, ...others(host)].map((one) => context.url(one));
    const name = `${context.id}-writer${host}`;
    let session: Session | undefined;
    while (context.isSending()) {
      const used = session?.isOpen
        ? session
        : await Session.open({ urls, name, password: "w" }, () => context.isSending());
      session = used;
      if (used && (await this.send(used))) this.n++;
      await pace(PAUSE_MILLISECONDS);
    }
    session?.close();
  }

  /** False if the same message has to be sent again. */
  private async send(session: Session): Promise<boolean> {
    const { context, host, n } = this;
    const sent = performance.now();
    const reply = await session.ask({ toH: this.hub, $id: `${host}.${n}`, writer: host, n });
    const now = performance.now();
    if (!reply) {
      this.repeated++;
      return false;
    }
    const fault = faultOf(reply);
    if (fault !== undefined) {
      this.rejected++;
      if (fault !== "no-quorum") context.problem(`a kept message was rejected with ${fault}`);
      return context.random.chance(0.5);
    }
    const { seq, duplicate } = isJsonObject(reply.$result) ? reply.$result : {};
    if (duplicate === true) this.duplicates++;
    context.decided(session.url, sent, now, `kept message ${host}.${n}`);
    this.acknowledged.push({ writer: host, n, seq: Number(seq) });
    this.longestPause = Math.max(this.longestPause, now - this.lastAcknowledged);
    this.lastAcknowledged = now;
    return true;
  }
}

/** Reads the hub at one node; after a lost connection it goes on where it was. */
class Reader {
  readonly received: JsonObject[] = [];
  private epoch: string | undefined;
  private session: Session | undefined;
  private isClosed = false;
  isReading = false;
  lastSeq = 0;

  constructor(
    private readonly host: HostNumber,
    private readonly hub: string,
    private readonly context: RoundContext,
  ) {}

  async begin(): Promise<void> {
    const { context, host } = this;
    const name = `${context.id}-reader${host}`;
    const frame = (frame: JsonObject) => this.frame(frame);
    const session = await Session.open({ urls: [context.url(host)], name, password: "r", frame }, () => !this.isClosed);
    if (!session) return;
    this.session = session;
    void session.closed.then(() => {
      this.isReading = false;
      return this.isClosed ? undefined : this.begin();
    });
    const since = this.epoch === undefined ? { last: 1_000 } : { epoch: this.epoch, seq: this.lastSeq };
    const joined = await session.result({ joinHub: this.hub, $since: since });
    if (isJsonObject(joined?.kept)) {
      this.epoch = String(joined.kept.epoch);
      this.isReading = true;
    } else session.close();
  }

  private frame(frame: JsonObject): void {
    const { $kept: kept, toH, $seq } = frame;
    if (isJsonObject(kept) && (kept.missed !== undefined || (kept.reset !== undefined && this.lastSeq > 0)))
      this.context.problem(`reader ${this.host} missed kept messages: ${JSON.stringify(kept)}`);
    // The epoch of an empty hub begins with its first message.
    if (isJsonObject(kept)) this.epoch = String(kept.epoch);
    if (toH !== this.hub) return;
    const seq = Number($seq);
    if (seq !== this.lastSeq + 1)
      this.context.problem(`reader ${this.host} received message ${seq} after ${this.lastSeq} of ${this.hub}`);
    this.lastSeq = Math.max(seq, this.lastSeq);
    this.received.push(frame);
  }

  async history(): Promise<JsonObject[]> {
    if (!this.session) throw new Error(`reader ${this.host} is not connected`);
    return historyOf(this.session, this.hub);
  }

  close(): void {
    this.isClosed = true;
    this.session?.close();
  }
}

/** Kept messages from all nodes to one hub: PROTOCOL.md R140 to R146, R165 and R169. */
export class KeptTraffic implements Traffic {
  private readonly writers: readonly Writer[];
  private readonly readers: readonly Reader[];
  private stored = 0;
  readonly hub: string;
  /** Of what is stored, to compare with it later. */
  digest = "";

  constructor(private readonly context: RoundContext) {
    const hub = `k-${context.id}`;
    this.hub = hub;
    this.writers = HOSTS.map((host) => new Writer(host, hub, context));
    this.readers = HOSTS.map((host) => new Reader(host, hub, context));
  }

  get counts(): Readonly<Record<string, number>> {
    const sum = (of: (writer: Writer) => number) => this.writers.reduce((total, writer) => total + of(writer), 0);
    return {
      keptAcknowledged: sum(({ acknowledged }) => acknowledged.length),
      keptRejected: sum(({ rejected }) => rejected),
      keptUnknownAndRepeated: sum(({ repeated }) => repeated),
      keptDuplicatesFound: sum(({ duplicates }) => duplicates),
      keptStored: this.stored,
    };
  }

  /** The longest time without an acknowledgement among writers whose node is not dead, ms. */
  get longestPause(): number {
    const { dead } = this.context.trouble;
    const spared = this.writers.filter(({ host }) => !dead.includes(host));
    return Math.round(Math.max(0, ...spared.map(({ longestPause }) => longestPause)));
  }

  async begin(): Promise<void> {
    for (const reader of this.readers) await reader.begin();
    for (const writer of this.writers) writer.begin();
  }

  unsettled(since: number): string | undefined {
    const late = this.writers.findIndex(({ lastAcknowledged }) => lastAcknowledged < since);
    if (late >= 0) return `no kept message of writer ${late + 1} was acknowledged`;
    const absent = this.readers.findIndex(({ isReading }) => !isReading);
    return absent < 0 ? undefined : `reader ${absent + 1} has not joined`;
  }

  async finish(): Promise<void> {
    await Promise.all(this.writers.map(({ done }) => done));
    const [first = [], ...rest] = await Promise.all(this.readers.map((reader) => reader.history()));
    this.stored = first.length;
    this.digest = digestOf(first);
    for (const [index, history] of rest.entries())
      if (JSON.stringify(history) !== JSON.stringify(first))
        this.context.problem(`the histories of n1 and n${index + 2} differ: ${first.length} and ${history.length}`);
    await this.readersComplete(first.length);
    this.checkHistory(first);
  }

  private async readersComplete(count: number): Promise<void> {
    for (const [index, reader] of this.readers.entries())
      await until("a reader to have all", () => reader.lastSeq >= count, DEADLINE_MILLISECONDS).catch(() =>
        this.context.problem(`reader ${index + 1} received ${reader.lastSeq} of ${count} kept messages`),
      );
  }

  private checkHistory(history: readonly JsonObject[]): void {
    const { context } = this;
    const seqs = new Map<string, number>();
    for (const { writer, n, $seq } of history) {
      const key = `${writer}.${n}`;
      if (seqs.has(key)) context.problem(`kept message ${key} is stored twice: ${seqs.get(key)} and ${$seq}`);
      seqs.set(key, Number($seq));
    }
    for (const { acknowledged } of this.writers) {
      let before = 0;
      for (const { writer, n, seq } of acknowledged) {
        const stored = seqs.get(`${writer}.${n}`);
        if (stored === undefined) context.problem(`the acknowledged kept message ${writer}.${n} is lost`);
        else if (stored !== seq) context.problem(`kept message ${writer}.${n} has ${stored}, acknowledged as ${seq}`);
        if (seq <= before) context.problem(`kept message ${writer}.${n} is ${seq}, the one before it ${before}`);
        before = seq;
      }
    }
  }

  close(): void {
    for (const reader of this.readers) reader.close();
  }
}
