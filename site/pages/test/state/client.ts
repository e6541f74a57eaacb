import { RESUME_MARKER } from "@achex/protocol";
import { batch, computed, signal } from "@preact/signals";
import { Connection, type Phase } from "../model/connection.ts";
import { diagnose, probe } from "../model/diagnose.ts";
import { type Endpoint, endpointOf } from "../model/endpoint.ts";
import { type Entry, type NewEntry, rawText } from "../model/entry.ts";
import { explanationOf } from "../model/explanation.ts";
import { FrameLog } from "../model/frame-log.ts";
import { statusText } from "../model/frame-status.ts";
import { bytesOf } from "../model/hex.ts";
import { addSample, type Samples } from "../model/latency-samples.ts";
import { BAD_HEX, type Preview, previewBinary, previewText, type SenderState } from "../model/preview.ts";
import { noRooms, updateRooms } from "../model/room-views.ts";
import type { LogToSave, SavedLog } from "../model/saved-logs.ts";
import { newSession, parseLimitsFrom, sampleIn, updateSession } from "../model/session-info.ts";
import type { Setup } from "../model/setup.ts";
import { REPORT_TIMEOUT, StatusTracker, type StatusUpdate } from "../model/status-tracker.ts";
import { loginText } from "../model/templates.ts";
import { withoutToken, withToken } from "../model/token-mask.ts";
import { openSocket } from "../model/websocket.ts";
import { SessionResume } from "./session-resume.ts";

const secure = location.protocol === "https:";

/** One client on the page: setup, connection, log and draft. */
export class Client {
  readonly setup;
  /** Kept in memory only: never stored, shared or exported. */
  readonly password = signal("");
  readonly phase = signal<Phase["state"]>("idle");
  readonly session;
  readonly samples = signal<Samples>([]);
  /** The rooms whose state this client follows. */
  readonly rooms = signal(noRooms);
  readonly log = new FrameLog();
  /** Incremented when the log has changed, at most once per animation frame. */
  readonly tick = signal(0);
  /** Number of the selected entry. Entries themselves are replaced when their status changes. */
  readonly selected = signal<number | undefined>(undefined);
  /** Whether the selected entry shows its details. */
  readonly expanded = signal(false);
  /** Whether the log scrolls to its newest row. */
  readonly following = signal(true);
  /** Number of the entry copied last, so that its button can show it. */
  readonly copied = signal<number | undefined>(undefined);
  readonly draft = signal("");
  readonly binary = signal(false);
  /** Error message of the last action. */
  readonly problem = signal<string | undefined>(undefined);
  /** What became of the frame sent last from the composer, for screen readers. */
  readonly announcement = signal("");
  readonly resume: SessionResume;
  private readonly connection: Connection;
  private readonly tracker = new StatusTracker();
  /** Number of the first entry of the current or last connection. */
  connectionStart = 0;
  /** Number of the entry whose status is to be announced; undefined if it is the next one sent. */
  private announced: number | undefined = 0;
  private reportTimer: ReturnType<typeof setTimeout> | undefined;
  private painting = false;

  constructor(
    readonly id: number,
    setup: Setup,
  ) {
    this.setup = signal(setup);
    this.session = signal(newSession(setup.dialect));
    this.connection = new Connection({
      open: openSocket,
      now: Date.now,
      later: (milliseconds, call) => {
        const timer = setTimeout(call, milliseconds);
        return () => clearTimeout(timer);
      },
      record: (entry) => {
        this.record(entry);
        // Also show it next to the button: the log may be out of view.
        if (entry.kind === "event" && entry.tone === "bad") this.problem.value = entry.text;
      },
      phaseChanged: ({ state }) => {
        this.phase.value = state;
      },
      diagnose: (url) => diagnose(url, probe),
    });
    this.resume = new SessionResume({
      send: (data) => void this.connection.send(data),
      note: (tone, text) => this.record({ kind: "event", direction: "event", at: Date.now(), size: 0, tone, text }),
      startOver: () => {
        for (const text of this.firstFrames()) this.connection.send(text);
      },
      disconnect: () => this.disconnect(),
    });
  }

  readonly endpoint = computed(() => endpointOf(this.setup.value, secure));

  readonly title = computed(() => {
    const { name, server } = this.setup.value;
    return name === "" ? `${this.id} ${server}` : name;
  });

  /** What the server will do with the draft. */
  readonly preview = computed((): Preview | undefined => {
    const draft = this.draft.value;
    if (draft.trim() === "" && !this.binary.value) return undefined;
    if (!this.binary.value) return previewText(withToken(draft, this.resume.token), this.senderState());
    const bytes = bytesOf(draft);
    return bytes ? previewBinary(bytes, this.senderState()) : BAD_HEX;
  });

  connect(): void {
    this.open((endpoint) => this.connection.connect(endpoint, this.firstFrames(), this.enablesResume));
  }

  /** Resumes the session that is away. */
  resumeSession(): void {
    this.open((endpoint) => {
      const first = this.resume.again();
      const protocols = [...endpoint.protocols, RESUME_MARKER];
      if (first !== undefined) this.connection.connect({ ...endpoint, protocols }, [first], true);
    });
  }

  /** Drops the connection of a resumable session, which is then away. */
  drop(): void {
    this.connection.drop();
  }

  disconnect(): void {
    this.connection.close();
  }

  private get enablesResume(): boolean {
    const { dialect, resume } = this.setup.value;
    return resume && dialect === "achex.2";
  }

  /** What a new session sends first. */
  private firstFrames(): readonly string[] {
    const { dialect, name } = this.setup.value;
    const login = name === "" ? [] : [loginText(dialect, name, this.password.value)];
    return [...this.resume.begin(this.enablesResume), ...login];
  }

  private open(connect: (endpoint: Endpoint) => void): void {
    const endpoint = this.endpoint.value;
    if ("problem" in endpoint) {
      this.problem.value = endpoint.problem;
      return;
    }
    const { dialect, reports } = this.setup.value;
    batch(() => {
      this.problem.value = undefined;
      this.session.value = newSession(dialect);
    });
    this.connectionStart = (this.log.all.at(-1)?.number ?? 0) + 1;
    clearTimeout(this.reportTimer);
    this.reportTimer = undefined;
    this.tracker.reset(reports);
    connect(endpoint);
  }

  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    this.following.value = true;
    this.problem.value = this.connection.send(typeof data === "string" ? withToken(data, this.resume.token) : data);
    return this.problem.value === undefined;
  }

  /** Sends the draft; returns whether that succeeded. */
  sendDraft(): boolean {
    this.announced = undefined;
    if (!this.binary.value) return this.send(this.draft.value);
    const bytes = bytesOf(this.draft.value);
    if (bytes) return this.send(bytes);
    this.problem.value = BAD_HEX.detail;
    return false;
  }

  /** Copies an entry to the clipboard, byte for byte. */
  async copy(entry: Entry): Promise<void> {
    try {
      await navigator.clipboard.writeText(rawText(entry));
      this.copied.value = entry.number;
    } catch {
      this.problem.value =
        "The browser blocks copying: it is allowed on localhost and over https only. Select the text and press Ctrl+C.";
    }
  }

  /** What to keep over a reload. */
  logToSave(): LogToSave {
    const connected = this.phase.value !== "idle";
    return { entries: this.log.all, draft: this.draft.value, binary: this.binary.value, connected };
  }

  /** Restores what was saved before a reload. */
  restore({ entries, draft, binary, connected }: SavedLog): void {
    for (const entry of entries) this.append(entry);
    this.draft.value = draft;
    this.binary.value = binary;
    if (!connected) return;
    const text = "page reloaded; the connection was closed";
    this.log.append({ kind: "event", direction: "event", at: Date.now(), size: 0, tone: "plain", text });
  }

  /** Clears the log and the latency samples. */
  clear(): void {
    this.log.clear();
    batch(() => {
      this.select(undefined);
      this.samples.value = [];
    });
    this.changed();
  }

  /** Call after filtering, pausing or clearing the log. */
  changed(): void {
    if (this.painting) return;
    this.painting = true;
    requestAnimationFrame(() => {
      this.painting = false;
      this.tick.value++;
    });
  }

  /** Selects an entry, and shows or hides its details. */
  select(number: number | undefined, expanded = false): void {
    batch(() => {
      this.selected.value = number;
      this.expanded.value = expanded && number !== undefined;
    });
  }

  private record(made: NewEntry): void {
    this.write(made.kind === "text" ? { ...made, text: withoutToken(made.text) } : made, made);
    if (made.kind !== "event") this.resume.follow(made);
    else if (made.code !== undefined) this.resume.ended(made.code, this.session.value.name !== undefined);
  }

  /** `actual`: the same frame as it was sent or received, with the token. */
  private write(made: NewEntry, actual: NewEntry): void {
    const report = made.kind === "text" && made.direction === "in" ? this.tracker.reported(made.text) : undefined;
    if (report) {
      this.update(report);
      return;
    }
    const answered = this.tracker.answered(made);
    const entry = this.append(answered && made.kind === "text" ? { ...made, answers: answered.request } : made);
    if (answered) this.update([answered.update]);
    if (entry.direction === "out") {
      this.announced ??= entry.number;
      const { number } = entry;
      this.update([{ number, status: this.tracker.sent({ ...actual, number }, this.senderState(true)) }]);
      this.awaitReports();
    } else if (entry.kind === "event" && entry.code !== undefined) this.update(this.tracker.closed(entry.code));
    this.session.value = updateSession(this.session.value, entry);
    this.rooms.value = updateRooms(this.rooms.value, made);
    this.changed();
  }

  private update(updates: readonly StatusUpdate[]): void {
    for (const { number, status } of updates) {
      const entry = this.log.setStatus(number, status);
      if (entry && number === this.announced && status.kind !== "pending") {
        const { message = "", remedy = "" } = explanationOf(entry) ?? {};
        this.announcement.value = `${statusText(status)}. ${message} ${remedy}`.trim();
      }
    }
    this.changed();
  }

  /** A server that does not know reports must not leave frames waiting. */
  private awaitReports(): void {
    if (this.tracker.reporting || this.reportTimer !== undefined) return;
    this.reportTimer = setTimeout(() => this.update(this.tracker.withoutReports()), REPORT_TIMEOUT);
  }

  /** Appends an entry to the log and collects latency samples. */
  private append(made: NewEntry): Entry {
    const entry = this.log.append(made);
    const sample = sampleIn(entry);
    if (sample) this.samples.value = addSample(this.samples.value, sample);
    return entry;
  }

  /** `optimistic` takes a login whose reply is still missing as granted. */
  private senderState(optimistic = false): SenderState {
    const { dialect, name, limits, pendingLogins } = this.session.value;
    const frameBytes = limits.frame;
    const open = this.phase.value === "open";
    return {
      dialect: open ? dialect : this.setup.value.dialect,
      loggedIn: open && (name !== undefined || (optimistic && pendingLogins.length > 0)),
      parse: parseLimitsFrom(limits),
      ...(open ? { resumable: this.resume.resumable.value, framesSent: this.tracker.count } : {}),
      ...(frameBytes === undefined ? {} : { frameBytes }),
    };
  }
}
