import {
  type Dialect,
  isJsonObject,
  type JsonObject,
  type ParseLimits,
  parse,
  parseAchex2,
  parseBinary,
} from "@achex/protocol";
import type { Entry, MatchedRequest, NewEntry } from "./entry.ts";
import { fieldsOf, isMessage } from "./frame-fields.ts";
import { codeFrom, deliveredFrom, done, dropped, type FrameStatus, pending, refused, unknown } from "./frame-status.ts";
import { type Preview, previewBinary, previewText, type SenderState } from "./preview.ts";
import { ReplyMatcher } from "./reply-matcher.ts";

/** A new status for the log entry of that number. */
export interface StatusUpdate {
  readonly number: number;
  readonly status: FrameStatus;
}

interface TrackedFrame {
  readonly number: number;
  readonly verb: string;
  /** The status to assume if the server does not report. */
  readonly inferred: FrameStatus;
  /** It has a status other than pending. */
  readonly settled: boolean;
}

/** Milliseconds until a server that has sent no report is assumed not to. A report that comes later still counts. */
export const REPORT_TIMEOUT = 1_500;
/** Frames without a report that are remembered; the server's own queue holds fewer in practice. */
const MAX_TRACKED = 5_000;

const REPORT = '{"$report":';

/** The verb of a frame, and its `$ref`. */
function requestIn(entry: Entry, dialect: Dialect, limits: ParseLimits | undefined) {
  if (entry.kind === "text" && dialect !== "achex.2") return { verb: parse(entry.text, limits).verb, ref: undefined };
  if (entry.kind === "event" || dialect !== "achex.2") return { verb: "drop", ref: undefined };
  const { request, ref } =
    entry.kind === "text" ? parseAchex2(entry.text, limits) : parseBinary(entry.bytes, limits).frame;
  return { verb: request.verb, ref };
}

/** What the page can tell without a report: the server parses as the page does, but only it knows who is connected. */
function inferredFrom({ code }: Preview, verb: string, dialect: Dialect): FrameStatus {
  if (code !== undefined) return dialect === "achex.2" || verb === "badLogin" ? refused(code) : dropped(code);
  // The legacy dialects neither answer these nor drop them (PROTOCOL.md K14, C11).
  return dialect !== "achex.2" && (verb === "leave" || verb === "unregister") ? done(verb) : unknown;
}

/** The status that a reply gives its request. */
function statusOfReply(fields: JsonObject, verb: string): FrameStatus {
  if (isJsonObject(fields.$fault)) return refused(codeFrom(fields.$fault.code));
  if (verb === "login" && typeof fields.auth === "string" && !/^ok$/i.test(fields.auth)) return refused("login");
  if (verb === "join" && fields.joinHub === "FAILED") return refused("join");
  return deliveredFrom(fields.$result) ?? done(verb);
}

/**
 * Follows the frames sent on one connection and tells what became of each: by the server's reports, which also exist for the
 * legacy dialects (PROTOCOL.md F1), by replies, and by what the page itself knows.
 */
export class StatusTracker {
  private readonly replies = new ReplyMatcher();
  /** By their number on the connection, from 1, as reports have it. */
  private readonly frames = new Map<number, TrackedFrame>();
  private sentFrames = 0;
  private asked = false;
  private hasReports = false;
  private assumesNone = false;

  /** Call for each new connection. */
  reset(asksForReports: boolean): void {
    this.replies.forget();
    this.frames.clear();
    this.sentFrames = 0;
    this.asked = asksForReports;
    this.hasReports = false;
    this.assumesNone = false;
  }

  /** Whether the server has sent a report on this connection. */
  get reporting(): boolean {
    return this.hasReports;
  }

  /** Frames sent on this connection. */
  get count(): number {
    return this.sentFrames;
  }

  /** Call for each frame sent; returns its first status. */
  sent(entry: Entry, sender: SenderState): FrameStatus {
    if (entry.kind === "event") return unknown;
    const { dialect } = sender;
    const { verb, ref } = requestIn(entry, dialect, sender.parse);
    const preview = entry.kind === "text" ? previewText(entry.text, sender) : previewBinary(entry.bytes, sender);
    const inferred = inferredFrom(preview, verb, dialect);
    this.replies.sent({ verb, ref, number: entry.number, at: entry.at }, dialect !== "achex.2");
    const waits = this.asked && !this.assumesNone;
    this.frames.set(++this.sentFrames, { number: entry.number, verb, inferred, settled: !waits });
    this.frames.delete(this.sentFrames - MAX_TRACKED);
    return waits ? pending : inferred;
  }

  /**
   * Reads a report; undefined if the frame is none, and part of the log. A report about a frame that was sent too long ago
   * updates nothing.
   */
  reported(text: string): readonly StatusUpdate[] | undefined {
    if (!this.asked || !text.startsWith(REPORT)) return undefined;
    const fields = fieldsOf(text);
    // A legacy client can send any key, also this one.
    if (!fields || isMessage(fields) || !isJsonObject(fields.$report)) return undefined;
    const { frame } = fields.$report;
    if (typeof frame !== "number") return undefined;
    const tracked = this.frames.get(frame);
    if (!tracked) return frame > 0 && frame <= this.sentFrames - MAX_TRACKED ? [] : undefined;
    this.hasReports = true;
    this.assumesNone = false;
    return [{ number: tracked.number, status: this.statusFrom(fields.$report, frame, tracked) }];
  }

  private statusFrom(
    { result, dropped: reason, fault }: JsonObject,
    frame: number,
    tracked: TrackedFrame,
  ): FrameStatus {
    const { number, verb } = tracked;
    // The report says that the ping was sent; the reply waits for the pong.
    const waits = verb === "latency" && result !== undefined;
    if (waits && !tracked.settled) return pending;
    this.frames.delete(frame);
    if (typeof reason !== "string" && typeof fault !== "string") return deliveredFrom(result) ?? done(verb);
    this.replies.dropped(number);
    if (typeof fault === "string") return refused(codeFrom(fault));
    // A failed join has a reply, so it is not dropped in silence (PROTOCOL.md C7a).
    const hasReply = verb === "join" || verb === "badJoin";
    return hasReply ? refused(codeFrom(reason)) : { kind: "dropped", code: codeFrom(reason) };
  }

  /** The request that a received frame answers, and the status it gives it. */
  answered(entry: NewEntry): { readonly request: MatchedRequest; readonly update: StatusUpdate } | undefined {
    const reply = this.replies.answered(entry);
    if (!reply) return undefined;
    const { request, verb, fields } = reply;
    for (const [frame, tracked] of this.frames) {
      if (tracked.number !== request.number) continue;
      // Without reports nothing else will come; with them, the report may still say more.
      this.frames.set(frame, { ...tracked, settled: true });
      break;
    }
    return { request, update: { number: request.number, status: statusOfReply(fields, verb) } };
  }

  /** The server has sent no report in time: pending frames get the status that the page can infer. */
  withoutReports(): readonly StatusUpdate[] {
    if (this.hasReports) return [];
    this.assumesNone = true;
    return this.settle(({ inferred }) => inferred);
  }

  /** The connection has ended. A close because of a frame (PROTOCOL.md X4) belongs to the oldest one without a report. */
  closed(code: number): readonly StatusUpdate[] {
    const oldest = [...this.frames.values()].find(({ settled, verb }) => !settled && verb !== "latency");
    const updates = this.settle((frame) => (code === 1009 && frame === oldest ? { kind: "fatal", code } : unknown));
    this.frames.clear();
    return updates;
  }

  private settle(statusOf: (frame: TrackedFrame) => FrameStatus): readonly StatusUpdate[] {
    const updates: StatusUpdate[] = [];
    for (const [frame, tracked] of this.frames) {
      if (tracked.settled) continue;
      updates.push({ number: tracked.number, status: statusOf(tracked) });
      this.frames.set(frame, { ...tracked, settled: true });
    }
    return updates;
  }
}
