import type { JsonObject } from "@achex/protocol";
import { readKeepRule } from "../../../src/config/keep-rules.ts";
import { KeptClient, type Sent, type Witness } from "../kept/client.ts";
import { type DiskLog, keyOf } from "../kept/disk.ts";
import { Random } from "../random.ts";
import { KeepingNodes, NODES } from "./nodes.ts";
import { Person } from "./person.ts";
import { heal, type KeptTrouble, makeTrouble } from "./trouble.ts";

const NAMES = ["Ann", "Bob", "Cid", "Dan"] as const;
/** The last one holds few messages, so that it forgets ids as well. */
const HUBS = ["k0", "k1", "few"] as const;
const rules = ["hub:k*", "hub:few messages=5", "name:*"].flatMap((text) => readKeepRule(text) ?? []);
/** By then everything that was sent must have been answered, and everybody must have everything (PROTOCOL.md R160, R165). */
const SECONDS_TO_RECOVER = 12;
/** Rejections after which a message may have been stored all the same, or not. */
const REJECTIONS = ["no-quorum", "keep-busy"];

export interface ClusterKeptOptions {
  readonly seed: number;
  readonly steps: number;
  readonly trouble: KeptTrouble | undefined;
  /** Share of sessions that can be resumed; they do so at any node. */
  readonly resumeShare: number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Kept channels on three nodes, under clients and failures that the seed chooses: every node has the history of the model; what was
 * confirmed is in it, what was repeated is in it once, and every session receives it in order, without a gap or a repetition.
 */
export class ClusterKeptSimulator implements Witness {
  readonly random: Random;
  readonly nodes = new KeepingNodes(rules);
  readonly people: Person[];
  private messages = 0;
  private readonly confirmedAt = new Map<number, { readonly key: string; readonly seq: number }>();
  private readonly sentBy = new Map<number, { readonly name: string; readonly sent: Sent }>();
  /** What has happened, for messages of failures. */
  readonly events: string[] = [];
  confirmations = 0;
  rejections = 0;

  constructor(private readonly options: ClusterKeptOptions) {
    this.random = new Random(options.seed);
    // Two clients share the first name.
    this.people = [...NAMES, NAMES[0]].map((name) => new Person(new KeptClient(name, this.nodes.model, this)));
  }

  async run(): Promise<void> {
    const { seed, steps, trouble } = this.options;
    try {
      await this.nodes.begin();
      for (let step = 0; step < steps; step++) await this.step(trouble);
      await this.recover();
      this.check();
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}: ${what}\n  after ${this.events.slice(-40).join("\n        ")}`, { cause: error });
    } finally {
      this.nodes.end();
    }
  }

  confirmed(sent: Sent, { seq, duplicate, missed }: JsonObject): void {
    this.confirmations++;
    const stored = this.logOf(sent)?.messages[Number(seq) - 1];
    if (!stored || JSON.parse(stored.frame).n !== sent.n)
      throw new Error(`message ${sent.n} was confirmed at ${seq}, where the log has ${stored?.frame}`);
    if (duplicate && sent.id === undefined) throw new Error(`message ${sent.n} without an id is a duplicate`);
    this.confirmedAt.set(sent.n, { key: keyOf(sent.to), seq: Number(seq) });
    if (!this.options.trouble && !duplicate && !missed) this.checkStored(sent, Number(seq));
  }

  rejected({ n }: Sent, code: string): void {
    this.rejections++;
    if (!this.options.trouble || !REJECTIONS.includes(code)) throw new Error(`message ${n} was rejected: ${code}`);
  }

  history(hub: string, _page: JsonObject, { messages, head }: JsonObject): void {
    const held = this.nodes.model.logs.get(`hub ${hub}`)?.messages ?? [];
    if (!Array.isArray(messages) || Number(head) > held.length) throw new Error(`${hub} has ${head} of ${held.length}`);
    const [first = { $seq: 0 }] = messages;
    const expected = held
      .slice(Number(first.$seq) - 1, Number(first.$seq) - 1 + messages.length)
      .map(({ frame, seq, at }) => ({ ...JSON.parse(frame), $seq: seq, $at: at }));
    if (messages.length > 0 && JSON.stringify(messages) !== JSON.stringify(expected))
      throw new Error(`the history of ${hub} is ${JSON.stringify(messages)}, expected ${JSON.stringify(expected)}`);
  }

  log(event: string): void {
    this.events.push(event);
  }

  private async step(trouble: KeptTrouble | undefined): Promise<void> {
    const { random } = this;
    const { network, clock } = this.nodes.cluster;
    this.act();
    if (trouble && random.chance(0.1)) await makeTrouble(this, trouble);
    for (let count = random.below(16); count > 0; count--) network.flushOne(random.below(1_000));
    if (random.chance(0.3)) await turn();
    if (random.chance(0.1)) clock.advance(random.below(30));
  }

  private act(): void {
    const { random } = this;
    const person = this.people[random.below(this.people.length)];
    if (!person) return;
    const { client } = person;
    const choice = random.weighted({ send: 30, read: 30, join: 12, leave: 3, history: 4, connection: 8 });
    if (choice === "read") client.read(1 + random.below(8));
    else if (choice === "connection") this.connection(person);
    else if (!client.isReady) return;
    else if (choice === "send") this.send(client);
    else if (choice === "join") this.join(client);
    else if (choice === "history") client.history(random.pick(HUBS), { last: 1 + random.below(9) });
    else {
      const hub = random.pick(HUBS);
      if (client.hubs.has(hub)) client.leave(hub);
    }
  }

  private send(client: KeptClient): void {
    const { random } = this;
    const again = [...client.unconfirmed.values()];
    const repeated = random.chance(0.3) ? again[random.below(again.length)] : undefined;
    const to = random.chance(0.8)
      ? ({ kind: "hub", name: random.pick(HUBS) } as const)
      : ({ kind: "name", name: random.pick(NAMES) } as const);
    const n = repeated?.n ?? ++this.messages;
    const sent: Sent = repeated ?? { n, to, id: random.chance(0.6) ? `id ${n}` : undefined };
    this.sentBy.set(sent.n, { name: client.name, sent });
    this.log(`${client.name} sends ${sent.n} to ${keyOf(sent.to)} ${sent.id ?? ""}`);
    client.send(sent);
  }

  private join(client: KeptClient): void {
    const hub = this.random.pick(HUBS);
    if (client.hubs.has(hub) || client.streams.has(`hub ${hub}`)) return;
    const position = client.positions.get(hub);
    this.log(`${client.name} joins ${hub} since ${JSON.stringify(position)}`);
    client.join(hub, position);
  }

  /** Connects to any node, or drops. */
  private connection(person: Person): void {
    const { random } = this;
    const { client } = person;
    if (client.isConnected) {
      this.log(`${client.name} drops`);
      person.drop();
      return;
    }
    const { ready } = this.nodes;
    const node = ready[random.below(ready.length)];
    if (!node) return;
    const resumes = client.token !== "" && random.chance(0.7);
    if (!resumes) client.disconnect();
    this.log(`${client.name} ${resumes ? "resumes" : "connects"} at ${node.name}`);
    person.connect(node, random.chance(this.options.resumeShare), resumes);
  }

  /** Everything works again, and everything that is under way arrives. */
  private async recover(): Promise<void> {
    await heal(this);
    const { cluster } = this.nodes;
    for (let second = 0; second < SECONDS_TO_RECOVER; second++) {
      await cluster.settle();
      cluster.clock.advance(1_000);
      for (const { node } of cluster.nodes) node.tick();
      for (const { client } of this.people) client.read(Number.POSITIVE_INFINITY);
    }
    await cluster.settle();
    for (const { client } of this.people) client.read(Number.POSITIVE_INFINITY);
  }

  private check(): void {
    for (const { client } of this.people) {
      if (!client.isReady) continue;
      for (const stream of client.streams.values()) stream.atRest();
      if (client.unanswered.length > 0)
        throw new Error(`${client.name} has no reply: ${JSON.stringify(client.unanswered)}`);
    }
    for (const { name, cluster } of this.nodes.cluster.nodes) {
      if (cluster.nodes !== NODES.length) throw new Error(`${name} knows ${cluster.nodes} nodes`);
      this.checkHistory(name);
    }
    this.checkModel();
  }

  /** A node has what the model has, in the same order. */
  private checkHistory(name: string): void {
    const keep = this.nodes.keepOf(name);
    for (const [key, log] of this.nodes.model.logs) {
      const [kind = "", channelName = ""] = key.split(" ");
      const channel = { instance: "root", kind: kind === "hub" ? "hub" : "name", name: channelName } as const;
      const span = keep?.span(channel);
      if (span?.epoch !== log.epoch || span.head !== log.messages.length || span.first > log.first)
        throw new Error(`${name} has ${key} ${JSON.stringify(span)}, the model ${log.epoch} ${log.messages.length}`);
      const held = keep?.read(channel, { after: 0, messages: 10_000, bytes: 10_000_000 }) ?? [];
      const expected = log.messages.slice(span.first - 1);
      const texts = (messages: typeof held): string =>
        JSON.stringify(messages.map(({ seq, at, frame }) => [seq, at, frame]));
      if (texts(held) !== texts(expected))
        throw new Error(`${name} has ${texts(held)} in ${key}, not ${texts(expected)}`);
    }
  }

  /** What is in the history was sent, and each message once unless it was no longer held; what was confirmed is in it. */
  private checkModel(): void {
    for (const [key, { messages }] of this.nodes.model.logs) {
      const places = new Map<number, number>();
      for (const { frame, seq } of messages) {
        const { n, FROM } = JSON.parse(frame);
        const origin = this.sentBy.get(n);
        if (!origin || origin.name !== FROM || keyOf(origin.sent.to) !== key)
          throw new Error(`${key} ${seq} is not what was sent: ${frame}`);
        const earlier = places.get(n);
        if (earlier !== undefined && !(key === "hub few" && seq - earlier > 5))
          throw new Error(`message ${n} is stored at ${key} ${earlier} and ${seq}`);
        places.set(n, seq);
      }
    }
    for (const [n, { key, seq }] of this.confirmedAt) {
      const stored = this.nodes.model.logs.get(key)?.messages[seq - 1];
      if (JSON.parse(stored?.frame ?? "{}").n !== n)
        throw new Error(`message ${n} was confirmed at ${key} ${seq} and is not there`);
    }
  }

  /** Where nothing fails, what a client knows to be stored can be read at any node (PROTOCOL.md R169). */
  private checkStored({ n, to }: Sent, seq: number): void {
    for (const { name } of this.nodes.cluster.nodes) {
      const head = this.nodes.keepOf(name)?.span({ instance: "root", ...to }).head ?? 0;
      if (head < seq) throw new Error(`message ${n} was confirmed at ${seq}, and ${name} has ${head} in ${keyOf(to)}`);
    }
  }

  private logOf({ to }: Sent): DiskLog | undefined {
    return this.nodes.model.logs.get(keyOf(to));
  }
}
