import { defaultParseLimits } from "@achex/protocol";
import { batch, computed, signal } from "@preact/signals";
import { Connection, type Phase } from "../model/connection.ts";
import { diagnose, probe } from "../model/diagnose.ts";
import { endpointOf } from "../model/endpoint.ts";
import type { Entry, NewEntry } from "../model/entry.ts";
import { type Explanation, explain, explainBinary, type Standing } from "../model/explain.ts";
import { after, latencyIn, noFacts } from "../model/facts.ts";
import { FrameLog } from "../model/frame-log.ts";
import { bytesOf } from "../model/hex.ts";
import { noSamples, withSample } from "../model/samples.ts";
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
  readonly samples = signal(noSamples);
  readonly log = new FrameLog();
  /** Changes when the log has, once for each painted frame. */
  readonly tick = signal(0);
  readonly selected = signal<Entry | undefined>(undefined);
  readonly draft = signal("");
  readonly binary = signal(false);
  /** What the last press of a button could not do. */
  readonly problem = signal<string | undefined>(undefined);
  private readonly connection: Connection;
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
      record: (entry) => this.record(entry),
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

  /** Puts an entry into the log without anything having gone over the wire. */
  show(entry: NewEntry): void {
    this.log.append(entry);
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
    const entry = this.log.append(made);
    const facts = after(this.facts.value, entry);
    const latency = latencyIn(entry);
    batch(() => {
      this.facts.value = facts;
      if (latency !== undefined) this.samples.value = withSample(this.samples.value, entry.at, latency);
    });
    this.changed();
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
