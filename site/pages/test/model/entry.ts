interface EntryBase {
  /** Counts up within one log. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Bytes on the wire, without the WebSocket's own framing. */
  readonly size: number;
}

export interface TextEntry extends EntryBase {
  readonly kind: "text";
  readonly direction: "in" | "out";
  readonly text: string;
  /** The question that this frame answers, where it is one of time. */
  readonly answers?: Answered;
}

/** A question and the time until its answer, as the page saw both. */
export interface Answered {
  /** Number of the question's entry. */
  readonly number: number;
  readonly asked: number;
  readonly milliseconds: number;
}

export interface BinaryEntry extends EntryBase {
  readonly kind: "binary";
  readonly direction: "in" | "out";
  readonly bytes: Uint8Array;
}

/** What happened to the connection. */
export interface EventEntry extends EntryBase {
  readonly kind: "event";
  readonly direction: "event";
  readonly tone: "plain" | "good" | "bad";
  readonly text: string;
  /** Of a close, or of a connection that was not made. */
  readonly code?: number;
  /** What the server said with the code. */
  readonly reason?: string;
}

export type Entry = TextEntry | BinaryEntry | EventEntry;

/** An entry as it is made, before the log has numbered it. */
export type NewEntry = Omit<TextEntry, "number"> | Omit<BinaryEntry, "number"> | Omit<EventEntry, "number">;

export const isFrame = (entry: Entry): entry is TextEntry | BinaryEntry => entry.kind !== "event";
