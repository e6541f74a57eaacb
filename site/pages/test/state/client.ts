import { defaultParseLimits } from "@achex/protocol";
import { batch, computed, signal } from "@preact/signals";
import { Connection, type Phase } from "../model/connection.ts";
import { diagnose, probe } from "../model/diagnose.ts";
import { endpointOf } from "../model/endpoint.ts";
import type { Entry, NewEntry } from "../model/entry.ts";
import { type Explanation, explain, explainBinary, type Standing } from "../model/explain.ts";
import { after, noFacts, sampleIn } from "../model/facts.ts";
import { FrameLog } from "../model/frame-log.ts";
import type { Held, Holding } from "../model/held.ts";
import { bytesOf } from "../model/hex.ts";
import { Pairs } from "../model/pairs.ts";
import { type Samples, withSample } from "../model/samples.ts";
import type { Setup } from "../model/setup.ts";
import { loginText } from "../model/templates.ts";
import { openWire } from "../model/wire.ts";

const secure = location.protocol === "https:";
const BAD_HEX: Explanation = {
  tone: "bad",
  headline: "These are no bytes.",
  detail: "Write pairs of hex digits, such as 00 ff 7b.",
};

/** One client on the page: its set-up, its connection, what it saw, and what is being written. */
export class Client {
  readonly setup;
  /** Kept in memory only. */
  readonly password = signal("");
  readonly phase = signal<Phase["state"]>("idle");
  readonly facts;
  readonly samples = signal<Samples>([]);
  readonly log = new FrameLog();
  /** Changes when the log has, once for each painted frame. */
  readonly tick = signal(0);
  readonly selected = signal<Entry | undefined>(undefined);
  /** What was copied last, so that its button can say so. */
  readonly copied = signal<Entry | undefined>(undefined);
  readonly draft = signal("");
  readonly binary = signal(false);
  /** What the last press of a button could not do. */
  readonly problem = signal<string | undefined>(undefined);
  private readonly connection: Connection;
  private readonly pairs = new Pairs();
  private painting = false;

  constructor(
    readonly id: number,
    setup: Setup,
  ) {
    this.setup = signal(setup);
    this.facts = signal(noFacts(setup.dialect));
    this.connection = new Connection({
      open: openWire,
      now: Date.now,
      later: (milliseconds, call) => {
        const timer = setTimeout(call, milliseconds);
        return () => clearTimeout(timer);
      },
      record: (entry) => {
        this.record(entry);
        // Beside the button that was pressed, too: the log may be below the window, and its rows are one line high.
        if (entry.kind === "event" && entry.tone === "bad") this.problem.value = entry.text;
      },
      phaseChanged: ({ state }) => {
        this.phase.value = state;
      },
      diagnose: (url) => diagnose(url, probe),
    });
  }

  readonly endpoint = computed(() => endpointOf(this.setup.value, secure));

  readonly title = computed(() => {
    const { name, server } = this.setup.value;
    return name === "" ? `${this.id} ${server}` : name;
  });

  /** What will happen to the draft. */
  readonly outlook = computed((): Explanation | undefined => {
    const draft = this.draft.value;
    if (draft.trim() === "" && !this.binary.value) return undefined;
    if (!this.binary.value) return explain(draft, this.standing());
    const bytes = bytesOf(draft);
    return bytes ? explainBinary(bytes, this.standing()) : BAD_HEX;
  });

  connect(): void {
    const endpoint = this.endpoint.value;
    if ("problem" in endpoint) {
      this.problem.value = endpoint.problem;
      return;
    }
    const { dialect, name } = this.setup.value;
    batch(() => {
      this.problem.value = undefined;
      this.facts.value = noFacts(dialect);
    });
    this.pairs.forget();
    this.connection.connect(endpoint, name === "" ? [] : [loginText(dialect, name, this.password.value)]);
  }

  disconnect(): void {
    this.connection.close();
  }

  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    this.problem.value = this.connection.send(data);
    return this.problem.value === undefined;
  }

  /** Sends what stands in the composer; false when that cannot be done. */
  sendDraft(): boolean {
    if (!this.binary.value) return this.send(this.draft.value);
    const bytes = bytesOf(this.draft.value);
    if (bytes) return this.send(bytes);
    this.problem.value = BAD_HEX.detail;
    return false;
  }

  /** What is to survive the page. */
  holding(): Holding {
    const connected = this.phase.value !== "idle";
    return { entries: this.log.all, draft: this.draft.value, binary: this.binary.value, connected };
  }

  /** Takes up what an earlier page of this tab held. */
  resume({ entries, draft, binary, connected }: Held): void {
    for (const entry of entries) this.take(entry);
    this.draft.value = draft;
    this.binary.value = binary;
    if (!connected) return;
    const text = "the page was loaded anew, which ended the connection";
    this.log.append({ kind: "event", direction: "event", at: Date.now(), size: 0, tone: "plain", text });
  }

  /** Lets go of all it saw. */
  clear(): void {
    this.log.clear();
    batch(() => {
      this.selected.value = undefined;
      this.samples.value = [];
    });
    this.changed();
  }

  /** To be called after the log was filtered, paused or cleared. */
  changed(): void {
    if (this.painting) return;
    this.painting = true;
    requestAnimationFrame(() => {
      this.painting = false;
      this.tick.value++;
    });
  }

  private record(made: NewEntry): void {
    const entry = this.take(made);
    this.facts.value = after(this.facts.value, entry);
    this.changed();
  }

  /** Into the log, with what it tells of time. */
  private take(made: NewEntry): Entry {
    const answers = this.pairs.answered(made);
    const entry = this.log.append(answers && made.kind === "text" ? { ...made, answers } : made);
    if (entry.direction === "out") this.pairs.sent(entry, this.facts.value.dialect);
    const sample = sampleIn(entry);
    if (sample) this.samples.value = withSample(this.samples.value, sample);
    return entry;
  }

  private standing(): Standing {
    const { dialect, name, limits } = this.facts.value;
    const frameBytes = limits.frame;
    const parse = {
      depth: limits.depth ?? defaultParseLimits.depth,
      nameBytes: limits.name ?? defaultParseLimits.nameBytes,
      targets: limits.targets ?? defaultParseLimits.targets,
    };
    const open = this.phase.value === "open";
    return {
      dialect: open ? dialect : this.setup.value.dialect,
      loggedIn: open && name !== undefined,
      parse,
      ...(frameBytes === undefined ? {} : { frameBytes }),
    };
  }
}
