import type { JsonObject } from "@achex/protocol";
import { readKeepRule } from "../../../src/config/keep-rules.ts";
import { createTestAuth } from "../../kit/auth.ts";
import { MemorySocket } from "../../kit/memory-socket.ts";
import { SimNode } from "../sim-node.ts";
import { KeptClient, type Sent, type Witness } from "./client.ts";
import { type DiskLog, KeptDisk, keyOf, SteppedKeep } from "./disk.ts";

const NAMES = ["Ann", "Bob", "Cid", "Dan"] as const;
const HUBS = ["k0", "k1"] as const;
const DEVICES = ["phone", "desk"] as const;
const rules = ["hub:k*", "name:*"].flatMap((text) => readKeepRule(text) ?? []);

export interface KeptSimOptions {
  readonly seed: number;
  /** Share of sessions that can be resumed. */
  readonly resumeShare: number;
  /** How often the process ends: by `kill -9`, by a planned restart, and by a power failure that loses what was stored last. */
  readonly crashes: number;
  readonly restarts: number;
  readonly powerFailures: number;
}

/**
 * Kept channels under clients that do what the seed says: every client receives each message once, in order, without a gap where it
 * joins; what was confirmed is held; what is repeated is stored once.
 */
export class KeptSimulator implements Witness {
  private readonly sim: SimNode;
  private readonly disk = new KeptDisk();
  private keep = new SteppedKeep(this.disk);
  private readonly auth = createTestAuth("open").auth;
  private readonly clients: KeptClient[];
  private messages = 0;
  private readonly confirmedAt = new Map<
    number,
    { readonly key: string; readonly epoch: string; readonly seq: number }
  >();
  private readonly rejectedOnly = new Set<number>();
  private readonly attempts = new Map<number, number>();
  private readonly sentBy = new Map<number, { readonly name: string; readonly sent: Sent }>();

  constructor(private readonly options: KeptSimOptions) {
    this.sim = new SimNode(options.seed, 0.5, {
      auth: this.auth,
      keep: () => ({ log: this.keep, rules }),
    });
    // Two clients share the first name.
    this.clients = [...NAMES, NAMES[0]].map((name) => new KeptClient(name, this.disk, this));
  }

  async run(steps: number): Promise<void> {
    try {
      for (let step = 0; step < steps; step++) {
        await this.step();
        if (this.sim.random.chance(0.3)) this.sim.clock.turn();
      }
      await this.atRest();
      this.checkDisk();
    } catch (error) {
      throw this.sim.fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  confirmed(sent: Sent, { seq, duplicate }: JsonObject): void {
    const log = this.logOf(sent);
    const stored = log?.messages[Number(seq) - 1];
    if (!log || !stored || JSON.parse(stored.frame).n !== sent.n)
      throw new Error(`message ${sent.n} was confirmed at ${seq}, where the disk has ${stored?.frame}`);
    if (duplicate && sent.id === undefined) throw new Error(`message ${sent.n} without an id is a duplicate`);
    const before = this.confirmedAt.get(sent.n);
    if (before && before.epoch === log.epoch && before.seq !== seq && before.seq >= log.first)
      throw new Error(`message ${sent.n} was confirmed at ${before.seq} and at ${seq}`);
    this.confirmedAt.set(sent.n, { key: keyOf(sent.to), epoch: log.epoch, seq: Number(seq) });
    this.rejectedOnly.delete(sent.n);
  }

  rejected({ n }: Sent, code: string): void {
    if (code !== "keep-busy" && code !== "keep-failed") throw new Error(`message ${n} was rejected: ${code}`);
    if (this.attempts.get(n) === 1) this.rejectedOnly.add(n);
  }

  history(hub: string, page: JsonObject, result: JsonObject): void {
    const { epoch, first, head, messages, more } = result;
    const log = this.disk.logs.get(`hub ${hub}`);
    if (!log || log.epoch !== epoch) return;
    const [from, to] = [Number(first), Number(head)];
    const limit = Number(page.last ?? page.limit ?? 200);
    const held = log.messages.filter(({ seq }) => seq >= from && seq <= to);
    const { after, before = Number.POSITIVE_INFINITY } = page;
    const expected =
      after === undefined
        ? held.filter(({ seq }) => seq < Number(before)).slice(-limit)
        : held.filter(({ seq }) => seq > Number(after)).slice(0, limit);
    const texts = expected.map(({ seq, at, frame }) => `${frame.slice(0, -1)},"$seq":${seq},"$at":${at}}`);
    if (JSON.stringify(messages) !== JSON.stringify(texts.map((text) => JSON.parse(text))))
      throw new Error(`history of ${hub} ${JSON.stringify(page)}: ${JSON.stringify(result)}, expected ${texts}`);
    const rest = after === undefined ? (expected[0]?.seq ?? from) > from : (expected.at(-1)?.seq ?? to) < to;
    if (rest !== more) throw new Error(`history of ${hub} ${JSON.stringify(page)}: more is ${more}`);
  }

  private async step(): Promise<void> {
    const { random } = this.sim;
    const client = this.clients[random.below(this.clients.length)];
    if (!client) return;
    const { crashes, restarts, powerFailures } = this.options;
    const weights = { send: 30, keep: 30, read: 30, join: 10, leave: 3, history: 6, connection: 8, inbox: 3 };
    const rare = { expire: 3, trouble: 1, wait: 2, crash: crashes, restart: restarts, power: powerFailures };
    switch (random.weighted({ ...weights, ...rare })) {
      case "send":
        return this.send(client);
      case "keep":
        return random.chance(0.5) ? this.keep.commit(1 + random.below(4)) : this.keep.settle(1 + random.below(4));
      case "read":
        return client.read(1 + random.below(6));
      case "join":
        return this.join(client);
      case "leave": {
        const hub = random.pick(HUBS);
        if (client.isReady && client.hubs.has(hub)) client.leave(hub);
        return;
      }
      case "history":
        return this.askHistory(client);
      case "connection":
        return this.connection(client);
      case "inbox":
        if (client.isReady) client.confirm(random.pick(DEVICES));
        return;
      case "expire":
        return this.expire();
      case "trouble":
        this.keep.isBroken = random.chance(0.3);
        this.keep.maxQueue = random.chance(0.3) ? 3 : Number.POSITIVE_INFINITY;
        return;
      case "wait":
        return this.sim.clock.advance(random.below(2_000));
      case "crash":
        return this.crash(false);
      case "restart":
        return this.restart();
      default:
        return this.crash(true);
    }
  }

  private send(client: KeptClient): void {
    if (!client.isReady) return;
    const { random } = this.sim;
    const again = [...client.unconfirmed.values()];
    const repeated = random.chance(0.25) ? again[random.below(again.length)] : undefined;
    const n = ++this.messages;
    const to = random.chance(0.7)
      ? ({ kind: "hub", name: random.pick(HUBS) } as const)
      : ({ kind: "name", name: random.pick(NAMES) } as const);
    const sent: Sent = repeated ?? { n, to, id: random.chance(0.5) ? `id ${n}` : undefined };
    this.attempts.set(sent.n, (this.attempts.get(sent.n) ?? 0) + 1);
    this.rejectedOnly.delete(sent.n);
    this.sentBy.set(sent.n, { name: client.name, sent });
    this.sim.log(`${client.name} sends ${sent.n} to ${keyOf(sent.to)} ${sent.id ?? ""}`);
    client.send(sent);
  }

  private join(client: KeptClient): void {
    const { random } = this.sim;
    const hub = random.pick(HUBS);
    if (!client.isReady || client.hubs.has(hub) || client.streams.has(`hub ${hub}`)) return;
    const position = client.positions.get(hub);
    const since = random.chance(0.2)
      ? { last: 1 + random.below(5) }
      : random.chance(0.1)
        ? { epoch: "other", seq: random.below(9) }
        : position && { ...position, seq: position.seq + (random.chance(0.05) ? 1_000 : 0) };
    this.sim.log(`${client.name} joins ${hub} since ${JSON.stringify(since)}`);
    client.join(hub, random.chance(0.8) ? since : undefined);
  }

  private askHistory(client: KeptClient): void {
    if (!client.isReady) return;
    const { random } = this.sim;
    const limit = 1 + random.below(9);
    const seq = random.below(40);
    const page = random.pick<JsonObject>([{ last: limit }, { after: seq, limit }, { before: seq + 1, limit }]);
    client.history(random.pick(HUBS), page);
  }

  /** Connects, or drops the connection; a session that can be resumed goes on, or not. */
  private connection(client: KeptClient): void {
    const { random } = this.sim;
    const socket = new MemorySocket(this.sim.topics);
    if (client.isConnected && client.socket) {
      this.sim.log(`${client.name} drops`);
      this.sim.end(client.socket, 1006);
      return;
    }
    const isResumed = client.token !== "" && random.chance(0.7);
    this.sim.log(`${client.name} ${isResumed ? "resumes" : "connects"}`);
    this.sim.open("achex.2", "root", socket, isResumed);
    if (isResumed) client.resume(socket);
    else {
      const device = random.chance(0.6) ? random.pick(DEVICES) : undefined;
      const confirmed = device ? this.keep.confirmed({ ...inboxOf(client.name) }, device) : 0;
      client.begin(socket, random.chance(this.options.resumeShare), device, confirmed);
    }
  }

  private expire(): void {
    const { random } = this.sim;
    for (const [key, log] of this.disk.logs) {
      if (!random.chance(0.5)) continue;
      log.first = Math.min(log.messages.length + 1, log.first + random.below(6));
      this.sim.log(`${key} holds messages from ${log.first} on`);
    }
  }

  private async crash(isPowerFailure: boolean): Promise<void> {
    this.sim.log(isPowerFailure ? "the power fails" : "the process is killed");
    this.keep.die();
    if (isPowerFailure) this.disk.loseTail(() => this.sim.random.below(4));
    this.keep = new SteppedKeep(this.disk);
    this.sim.crash();
    for (const client of this.clients) {
      client.disconnect();
    }
  }

  private async restart(): Promise<void> {
    this.sim.log("the relay restarts");
    this.keep.isBroken = false;
    this.keep.isImmediate = true;
    this.keep.all();
    const { keep } = this;
    await this.sim.restart(this.auth, () => {
      keep.die();
      this.keep = new SteppedKeep(this.disk);
    });
    for (const client of this.clients) {
      if (client.token === "") client.disconnect();
      else client.socket?.terminate();
    }
  }

  /** Everything on its way arrives; then nothing may be missing. */
  private async atRest(): Promise<void> {
    this.sim.log("at rest");
    this.keep.isBroken = false;
    for (let round = 0; round < 200; round++) {
      this.keep.all();
      this.sim.clock.turn();
      this.sim.clock.advance(10);
      for (const client of this.clients) if (client.isConnected) client.read(1_000);
      await this.sim.settle();
      if (round > 20 && this.keep.unsettled === 0 && this.clients.every(({ socket }) => !socket?.waiting.length)) break;
    }
    for (const client of this.clients) {
      if (!client.isReady) continue;
      for (const stream of client.streams.values()) stream.atRest();
    }
    const { kept } = this.sim.node.core;
    if (kept?.waiting !== 0) throw new Error(`${kept?.waiting} messages are still being stored`);
  }

  private checkDisk(): void {
    for (const [key, log] of this.disk.logs) {
      const seen = new Map<string, { seq: number; process: number }>();
      for (const { frame, seq, id, process } of log.messages) {
        const { n, FROM } = JSON.parse(frame);
        const origin = this.sentBy.get(n);
        if (origin?.name !== FROM || !origin || keyOf(origin.sent.to) !== key)
          throw new Error(`${key} ${seq} is not what was sent: ${frame}`);
        if (this.rejectedOnly.has(n)) throw new Error(`message ${n} was rejected and is stored at ${key} ${seq}`);
        const twin = seen.get(`${n}`);
        // A repetition is stored again only if the first has expired, and the process that delivered it is gone.
        if (twin && (twin.seq >= log.first || twin.process === process))
          throw new Error(`message ${n} (${id}) is stored at ${key} ${twin.seq} and ${seq}`);
        seen.set(`${n}`, { seq, process });
      }
    }
    for (const [n, { key, epoch, seq }] of this.confirmedAt) {
      const log = this.disk.logs.get(key);
      if (log?.epoch === epoch && JSON.parse(log.messages[seq - 1]?.frame ?? "{}").n !== n)
        throw new Error(`message ${n} was confirmed at ${key} ${seq} and is not there`);
    }
  }

  private logOf({ to }: Sent): DiskLog | undefined {
    return this.disk.logs.get(keyOf(to));
  }
}

const inboxOf = (name: string) => ({ instance: "root", kind: "name", name }) as const;
