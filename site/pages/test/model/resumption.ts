import { isCountedFromClient, isCountedFromServer, isJsonObject, type JsonObject, seenFrame } from "@achex/protocol";

/**
 * The first frame of a session that the page can resume. In this form, the server also treats 1001 as a lost connection, which is
 * what it sees when the page drops one (PROTOCOL.md R79).
 */
export const ENABLE = '{"$resume":{"reload":true}}';
/** Seconds that such a session stays away after 1001 (PROTOCOL.md R79). */
export const RELOAD_WINDOW = 15;

/** PROTOCOL.md R72. */
const SEEN_FRAMES = 256;
const SEEN_BYTES = 64 * 1024;

export type FrameData = string | Uint8Array<ArrayBuffer>;

/** What a received frame means for the session. */
export type ResumeEvent =
  | { readonly kind: "resumable" }
  /** `again`: frames that the server has not received, to be sent again in this order. */
  | { readonly kind: "resumed"; readonly replayed: number; readonly again: readonly FrameData[] }
  /** The server counted other frames than the page: one of them is wrong. */
  | { readonly kind: "mismatch"; readonly received: number; readonly claimed: number };

/** The object in a text frame from the server; undefined if the frame cannot be one that matters here. */
function controlFrame(text: string): JsonObject | undefined {
  if (!text.includes('"$')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const numberIn = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Counts the frames of a resumable session in both directions, and keeps those that the server has not acknowledged. */
export class Resumption {
  token: string | undefined;
  /** Seconds that the session outlives its connection. */
  window = 0;
  private attempts = 0;
  private counting = false;
  private receivedFrames = 0;
  private sentFrames = 0;
  private unacknowledged: FrameData[] = [];
  private newFrames = 0;
  private newBytes = 0;

  get counts(): { readonly received: number; readonly sent: number } {
    return { received: this.receivedFrames, sent: this.sentFrames };
  }

  /** The number of the next attempt to resume. */
  get generation(): number {
    return this.attempts + 1;
  }

  /** Whether frames have arrived that the page has not acknowledged, and whether so many that it must do so at once. */
  get unseen(): "none" | "some" | "many" {
    if (this.newFrames === 0) return "none";
    return this.newFrames >= SEEN_FRAMES || this.newBytes >= SEEN_BYTES ? "many" : "some";
  }

  /** Call for each frame sent, except the one that makes the session resumable. */
  sent(data: FrameData): void {
    if (!isCountedFromClient(data)) return;
    this.sentFrames++;
    this.unacknowledged.push(data);
  }

  /** Call for each frame received. */
  received(data: FrameData): ResumeEvent | undefined {
    const fields = typeof data === "string" ? controlFrame(data) : undefined;
    if (this.counting && (!fields || isCountedFromServer(fields))) {
      this.receivedFrames++;
      this.newFrames++;
      this.newBytes += data.length;
      return undefined;
    }
    return fields ? this.control(fields) : undefined;
  }

  /** The acknowledgement to send now. */
  acknowledgement(): string {
    this.newFrames = 0;
    this.newBytes = 0;
    return seenFrame(this.counts);
  }

  /** The first frame of a connection that resumes the session; undefined if it cannot be resumed. */
  request(): string | undefined {
    if (this.token === undefined) return undefined;
    const generation = this.generation;
    this.attempts++;
    return JSON.stringify({ $resume: { token: this.token, generation, received: this.receivedFrames } });
  }

  private control(fields: JsonObject): ResumeEvent | undefined {
    const { $resumable, $resumed, $seen } = fields;
    if (isJsonObject($resumable) && typeof $resumable.token === "string") {
      this.token = $resumable.token;
      this.window = numberIn($resumable.window);
      this.counting = true;
      return { kind: "resumable" };
    }
    if (isJsonObject($resumed)) {
      this.acknowledged(numberIn($resumed.received));
      const again = this.unacknowledged;
      // They are counted again when they are sent.
      this.unacknowledged = [];
      this.sentFrames -= again.length;
      return { kind: "resumed", replayed: numberIn($resumed.replay), again };
    }
    if (!isJsonObject($seen)) return undefined;
    this.acknowledged(numberIn($seen.received));
    const claimed = numberIn($seen.sent);
    return claimed === this.receivedFrames ? undefined : { kind: "mismatch", received: this.receivedFrames, claimed };
  }

  private acknowledged(received: number): void {
    const first = this.sentFrames - this.unacknowledged.length;
    this.unacknowledged = this.unacknowledged.slice(Math.max(0, received - first));
  }
}
