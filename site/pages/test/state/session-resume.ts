import { signal } from "@preact/signals";
import type { EventEntry, NewEntry } from "../model/entry.ts";
import { ENABLE, type FrameData, RELOAD_WINDOW, Resumption } from "../model/resumption.ts";

export interface ResumeDeps {
  send(data: FrameData): void;
  note(tone: EventEntry["tone"], text: string): void;
  /** Sends the frames that open a new session. */
  startOver(): void;
  disconnect(): void;
}

/** How the page drops a connection: the server sees this code. */
const DROPPED = 1001;
/** Close codes after which a session is away for its whole window (PROTOCOL.md R75, R82). */
const AWAY_CODES: readonly number[] = [1006, 4004];
/** Milliseconds; PROTOCOL.md R72. */
const SEEN_AFTER = 5_000;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Makes a session of the page resumable, acknowledges what it receives, and resumes it. */
export class SessionResume {
  /** While the session is away: when it ends, in milliseconds since 1970. */
  readonly awayUntil = signal<number | undefined>(undefined);
  /** Whether the session of the open connection can be resumed. */
  readonly resumable = signal(false);
  private resumption: Resumption | undefined;
  private resuming = false;
  private seenTimer: ReturnType<typeof setTimeout> | undefined;
  private awayTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly deps: ResumeDeps) {}

  get token(): string | undefined {
    return this.resumption?.token;
  }

  /** The counts and the next generation, for templates. */
  get state(): { readonly generation: number; readonly received: number; readonly sent: number } | undefined {
    const { resumption } = this;
    return resumption?.token === undefined ? undefined : { ...resumption.counts, generation: resumption.generation };
  }

  /** Call before a new session; returns its first frames. */
  begin(enabled: boolean): readonly string[] {
    this.stop();
    this.resumption = enabled ? new Resumption() : undefined;
    this.resuming = false;
    return enabled ? [ENABLE] : [];
  }

  /** Call before a connection that resumes the session; returns its first frame, or undefined if there is no session. */
  again(): string | undefined {
    if (this.awayUntil.value === undefined) return undefined;
    this.resuming = true;
    return this.resumption?.request();
  }

  /** Call for each frame sent or received, after it has been recorded. */
  follow(made: NewEntry): void {
    if (made.kind === "event" || !this.resumption) return;
    const data = made.kind === "text" ? made.text : Uint8Array.from(made.bytes);
    if (made.direction === "out") this.resumption.sent(data);
    else this.received(data);
  }

  /** Call when the connection has ended. */
  ended(code: number, loggedIn: boolean): void {
    const failedAttempt = this.resuming;
    this.resuming = false;
    // The session is still away.
    if (failedAttempt) return;
    const window = AWAY_CODES.includes(code) ? (this.resumption?.window ?? 0) : 0;
    // The server ends a session that has not logged in with its connection.
    const isAway = this.resumable.value && loggedIn;
    this.stop();
    if (isAway) this.away(code === DROPPED ? RELOAD_WINDOW : window);
  }

  private away(seconds: number): void {
    if (seconds === 0) return;
    this.awayUntil.value = Date.now() + seconds * 1_000;
    this.awayTimer = setTimeout(() => {
      this.stop();
      this.deps.note("plain", "the session was away for too long and has ended");
    }, seconds * 1_000);
  }

  private stop(): void {
    clearTimeout(this.seenTimer);
    clearTimeout(this.awayTimer);
    this.seenTimer = undefined;
    this.awayUntil.value = undefined;
    this.resumable.value = false;
  }

  private received(data: FrameData): void {
    if (this.resuming && typeof data === "string" && data.startsWith('{"$hello":')) {
      this.deps.note("bad", "the session could not be resumed; a new one begins");
      this.deps.startOver();
      return;
    }
    const event = this.resumption?.received(data);
    if (event?.kind === "mismatch") {
      this.deps.note(
        "bad",
        `the server has sent ${plural(event.claimed, "frame")}, the page received ${event.received}`,
      );
      this.deps.disconnect();
    } else if (event) {
      this.resumable.value = true;
      if (event.kind === "resumed") this.resumed(event.replayed, event.again);
    }
    this.acknowledge();
  }

  private resumed(replayed: number, again: readonly FrameData[]): void {
    this.resuming = false;
    clearTimeout(this.awayTimer);
    this.awayUntil.value = undefined;
    const sent = again.length === 0 ? "" : `, ${plural(again.length, "frame")} sent again`;
    this.deps.note("good", `session resumed: ${plural(replayed, "frame")} replayed${sent}`);
    for (const data of again) this.deps.send(data);
  }

  private acknowledge(): void {
    const { resumption } = this;
    if (!resumption || resumption.unseen === "none") return;
    const send = (): void => {
      clearTimeout(this.seenTimer);
      this.seenTimer = undefined;
      if (resumption === this.resumption && resumption.unseen !== "none") this.deps.send(resumption.acknowledgement());
    };
    if (resumption.unseen === "many") send();
    else this.seenTimer ??= setTimeout(send, SEEN_AFTER);
  }
}
