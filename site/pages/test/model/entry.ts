import type { FrameStatus } from "./frame-status.ts";
import { hexOf } from "./hex.ts";

interface EntryBase {
  /** Position in the log, counted from 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Payload bytes, without WebSocket framing. */
  readonly size: number;
}

export interface TextEntry extends EntryBase {
  readonly kind: "text";
  readonly direction: "in" | "out";
  readonly text: string;
  /** Of a sent frame. */
  readonly status?: FrameStatus;
  /** The request that this frame answers. */
  readonly answers?: MatchedRequest;
}

/** A request and the time until its reply, measured by the page. */
export interface MatchedRequest {
  /** Number of the request's log entry. */
  readonly number: number;
  readonly asked: number;
  readonly milliseconds: number;
}

export interface BinaryEntry extends EntryBase {
  readonly kind: "binary";
  readonly direction: "in" | "out";
  readonly bytes: Uint8Array;
  /** Of a sent frame. */
  readonly status?: FrameStatus;
}

/** An event of the connection. */
export interface EventEntry extends EntryBase {
  readonly kind: "event";
  readonly direction: "event";
  readonly tone: "plain" | "good" | "bad";
  readonly text: string;
  /** Close code; also set for a failed connection attempt. */
  readonly code?: number;
  /** The reason the server gave with the code. */
  readonly reason?: string;
  /** What to do about it. */
  readonly advice?: string;
}

export type Entry = TextEntry | BinaryEntry | EventEntry;

/** An entry before the log has numbered it. */
export type NewEntry = Omit<TextEntry, "number"> | Omit<BinaryEntry, "number"> | Omit<EventEntry, "number">;

/** An entry as text: the frame itself, bytes in hex, or the text of the event. */
export const rawText = (entry: Entry): string => (entry.kind === "binary" ? hexOf(entry.bytes) : entry.text);

export const isFrame = (entry: Entry): entry is TextEntry | BinaryEntry => entry.kind !== "event";
