import type { JsonObject } from "@achex/protocol";
import { type DiskLog, type KeptTruth, keyOf } from "./disk.ts";

/** Where a client begins to read a channel. */
export type Start =
  | { readonly kind: "since"; readonly epoch: string; readonly seq: number }
  | { readonly kind: "last"; readonly count: number }
  | { readonly kind: "device"; readonly confirmed: number };

/** Milliseconds that a join waits for a position. */
const MAX_WAIT = 250;

/**
 * What one session receives from one kept channel, checked against the disk: each message once, in the order of the positions, and none
 * missing that was held when it was due.
 */
export class Stream {
  epoch = "";
  /** Position up to which everything has been received, or was not meant for this session; undefined until that is known. */
  last: number | undefined;
  private readonly begun: number;

  constructor(
    private readonly disk: KeptTruth,
    readonly channel: { readonly kind: "hub" | "name"; readonly name: string },
    /** Whether the session sent a message: hub messages do not reach their sender. */
    private readonly isOwn: (frame: string) => boolean,
    private start: Start | undefined,
  ) {
    this.begun = this.now();
  }

  /** `$kept`: what follows begins there, or the channel has begun an epoch. */
  header({ epoch, first, head, missed = 0, reset = false }: JsonObject): void {
    const { start } = this;
    const [from, to] = [Number(first), Number(head)];
    this.start = undefined;
    if (!start) {
      // After a resume, or with the first message of the channel: nothing may have been skipped.
      if (this.epoch !== epoch && to > 0) throw new Error(`${this.key} is in epoch ${epoch}, not ${this.epoch}`);
      if (this.epoch !== epoch) this.last = 0;
    } else if (start.kind === "since") {
      const isReset = start.epoch !== epoch || start.seq > to;
      if (isReset !== reset) throw new Error(`${this.key}: reset is ${reset} since ${start.epoch} ${start.seq}`);
      if (isReset) this.checkReset(start);
      this.last = isReset ? from - 1 : Math.max(start.seq, from - 1);
      if (!isReset && missed !== this.last - start.seq) throw new Error(`${this.key} missed ${missed}`);
    } else this.last = Math.max(from - 1, start.kind === "last" ? to - start.count : start.confirmed);
    this.epoch = String(epoch);
  }

  message(text: string, seq: number): void {
    const stored = this.log.messages[seq - 1]?.frame;
    if (stored === undefined || `${stored.slice(0, -1)},"$seq":${seq}}` !== text)
      throw new Error(`${this.key} has ${stored} at ${seq}, received ${text}`);
    // A session without an inbox receives what is delivered after its login.
    if (this.last === undefined && this.channel.kind === "name" && !this.start) this.last = seq - 1;
    this.reached(seq - 1);
    if (this.last !== undefined && seq <= this.last) throw new Error(`${this.key} ${seq} came after ${this.last}`);
    this.last = seq;
  }

  /** The session has joined: it has everything up to this position. */
  joined({ epoch, seq }: JsonObject): void {
    if (this.last !== undefined) {
      if (epoch !== this.epoch) throw new Error(`${this.key} joined in epoch ${epoch}, not ${this.epoch}`);
      this.reached(Number(seq));
    }
    this.epoch = String(epoch);
    this.last = Number(seq);
  }

  /** Everything up to this position has been received, except what was not held any more or does not reach its sender. */
  reached(seq: number): void {
    const { last } = this;
    if (last === undefined) throw new Error(`${this.key} received a message without a start`);
    for (let missing = last + 1; missing <= seq; missing++) {
      const stored = this.log.messages[missing - 1];
      const isExcused = missing < this.log.first || (stored && this.channel.kind === "hub" && this.isOwn(stored.frame));
      if (!isExcused) throw new Error(`${this.key} skipped ${missing}: ${stored?.frame}`);
    }
    this.last = Math.max(last, seq);
  }

  /** Nothing is on its way. */
  atRest(): void {
    if (this.last !== undefined) this.reached(this.disk.logs.get(this.key)?.messages.length ?? 0);
  }

  /** A server that is behind may take a position for one of another epoch only after it has waited. */
  private checkReset({ epoch, seq }: Pick<Extract<Start, { kind: "since" }>, "epoch" | "seq">): void {
    const { messages, epoch: current } = this.log;
    const waited = this.now() - this.begun;
    if (epoch === current && seq <= messages.length && waited < MAX_WAIT)
      throw new Error(`${this.key}: reset since ${epoch} ${seq}, which is stored, after ${waited} ms`);
  }

  private now(): number {
    return this.disk.now?.() ?? 0;
  }

  private get key(): string {
    return keyOf(this.channel);
  }

  private get log(): DiskLog {
    return this.disk.logs.get(this.key) ?? { epoch: this.disk.epoch, messages: [], first: 1 };
  }
}
