import { achex2Closes, closes, type Dialect, type DropReason, type FaultCode, type Refusal } from "@achex/protocol";

/** Why a connection ended, as the server saw it. */
export type CloseCause =
  | "client"
  | "vanished"
  | "dead"
  | "backlog"
  | "flood"
  | "frame-too-large"
  | "protocol-error"
  | "account-changed"
  | "replaced"
  | "resync"
  | "shutdown";

/** Close codes with a meaning of their own: those that RFC 6455 and its registry name, and those the server closes with. */
const KNOWN_CLOSE_CODES: ReadonlySet<number> = new Set([
  ...Array.from({ length: 16 }, (_, i) => 1000 + i),
  ...Object.values(closes).map(({ legacy }) => legacy.code),
  ...achex2Closes().map(({ code }) => code),
]);

/** A client may close with any code from 3000 to 4999. Without `other` it could fill memory and /metrics with labels. */
const closeCodeLabel = (code: number): string => (KNOWN_CLOSE_CODES.has(code) ? String(code) : "other");

type Tally<Key extends string> = Partial<Record<Key, number>>;

const add = <Key extends string>(tally: Tally<Key>, key: Key, count = 1) => {
  tally[key] = (tally[key] ?? 0) + count;
};

/** Plain numbers, because they are on the hot path; prometheus.ts reads them on a scrape. */
export class Counters {
  framesIn = 0;
  bytesIn = 0;
  framesOut = 0;
  bytesOut = 0;
  deliveries = 0;
  /** Of the deliveries, those to sessions that are away. */
  heldDeliveries = 0;
  readonly sessions: Record<Dialect, number> = { classic: 0, cloud: 0, "achex.2": 0 };
  readonly opened: Tally<Dialect> = {};
  readonly drops: Tally<DropReason> = {};
  readonly closes: Tally<CloseCause> = {};
  readonly oversizedFrames: Tally<Dialect> = {};
  readonly closeCodes: Tally<string> = {};
  readonly faults: Tally<FaultCode> = {};
  /** Times a stream used up the credit its receiver had granted. */
  creditStalls = 0;
  /** Changes of a state that a slow reader was not sent, because a later difference has a newer value. */
  conflatedChanges = 0;
  /** Latest-value messages that a slow reader was not sent, because a newer one replaced them. */
  replacedMessages = 0;
  hostChanges = 0;
  readonly logins: Tally<Refusal | "granted"> = {};
  readonly refusedConnections: Tally<string> = {};
  readonly resumes: Tally<FaultCode | "resumed"> = {};
  /** Sessions that came from other nodes of a cluster, and that went there. */
  readonly sessionsMoved = { in: 0, out: 0 };
  /** Frames written again, or for the first time, to clients that resumed. */
  replayedFrames = 0;
  /** Sessions that ended because their client counted differently. */
  countMismatches = 0;
  /** What the start restored. */
  restored = { sessions: 0, frames: 0, seconds: 0, away: 0 };
  /** Receives the round trips measured for clients, in seconds; set by the exporter. */
  observeLatency: (seconds: number) => void = () => {};
  observeLoopDelay: (seconds: number) => void = () => {};

  received(bytes: number): void {
    this.framesIn++;
    this.bytesIn += bytes;
  }

  sent(text: string): void {
    this.framesOut++;
    this.bytesOut += Buffer.byteLength(text);
  }

  delivered(count: number, payload: string | Uint8Array): void {
    this.deliveries += count;
    this.framesOut += count;
    this.bytesOut += count * (typeof payload === "string" ? Buffer.byteLength(payload) : payload.byteLength);
  }

  fault(code: FaultCode): void {
    add(this.faults, code);
  }

  drop(reason: DropReason): void {
    add(this.drops, reason);
  }

  opens(dialect: Dialect): void {
    this.sessions[dialect]++;
    add(this.opened, dialect);
  }

  closed(dialect: Dialect, code: number, cause: CloseCause): void {
    this.sessions[dialect]--;
    add(this.closes, cause);
    if (cause === "frame-too-large") add(this.oversizedFrames, dialect);
    add(this.closeCodes, closeCodeLabel(code));
  }

  login(result: Refusal | "granted"): void {
    add(this.logins, result);
  }

  resume(outcome: FaultCode | "resumed"): void {
    add(this.resumes, outcome);
  }

  replayed(frames: number): void {
    this.replayedFrames += frames;
  }

  refusedConnection(why: string): void {
    add(this.refusedConnections, why);
  }
}
