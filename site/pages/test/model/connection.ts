import { utf8Length } from "@achex/protocol";
import { closeMeaning } from "./close-meaning.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EventEntry, NewEntry } from "./entry.ts";
import type { OpenWire, Wire } from "./wire.ts";

export type Phase =
  | { readonly state: "idle" }
  | { readonly state: "connecting"; readonly url: string; readonly wire: Wire; readonly patience: () => void }
  | { readonly state: "open"; readonly url: string; readonly wire: Wire; readonly since: number }
  /** `made` is whether there ever was a connection to end. */
  | { readonly state: "closing"; readonly url: string; readonly wire: Wire; readonly made: boolean };

export interface ConnectionParts {
  readonly open: OpenWire;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after so many milliseconds, unless what it returns is called before. */
  later(milliseconds: number, call: () => void): () => void;
  /** Every frame and every event, as it happens. */
  record(entry: NewEntry): void;
  phaseChanged(phase: Phase): void;
  /** Why a connection was never made, as far as a page can find out. */
  diagnose(url: string): Promise<string>;
}

/** Browsers wait minutes for a server that takes the connection and then says nothing. */
const SLOW = 5_000;

const problemOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One client of the page: a raw WebSocket whose every frame is recorded. */
export class Connection {
  private phase: Phase = { state: "idle" };

  constructor(private readonly parts: ConnectionParts) {}

  get state(): Phase["state"] {
    return this.phase.state;
  }

  /** Connects, and sends what is given as soon as it can. Ends whatever connection there was. */
  connect({ url, protocols }: Endpoint, first: readonly string[]): void {
    this.close();
    const asked = protocols.length === 0 ? "" : ` asking for ${protocols.join(", ")}`;
    this.note("plain", `connecting to ${url}${asked}`);
    let wire: Wire | undefined;
    const isOurs = (): boolean => this.phase.state !== "idle" && this.phase.wire === wire;
    try {
      wire = this.parts.open(url, protocols, {
        opened: (opened) => {
          if (!isOurs()) return;
          this.enter({ state: "open", url, wire: opened, since: this.parts.now() });
          this.note("good", `open${opened.protocol === "" ? "" : `, speaking ${opened.protocol}`}`);
          for (const text of first) this.send(text);
        },
        received: (data) => {
          if (isOurs()) this.record("in", data);
        },
        closed: ({ code, reason }) => {
          if (isOurs()) this.ended(code, reason);
        },
      });
    } catch (error) {
      this.note("bad", `cannot connect: ${problemOf(error)}`);
      return;
    }
    const patience = this.parts.later(SLOW, () =>
      this.note("bad", `${new URL(url).host} has not answered for ${SLOW / 1000} s. Disconnect to give up.`),
    );
    this.enter({ state: "connecting", url, wire, patience });
  }

  /** Sends a frame; returns what is wrong when that cannot be done. */
  send(data: string | Uint8Array<ArrayBuffer>): string | undefined {
    if (this.phase.state !== "open") return "Not connected. Connect first.";
    try {
      this.phase.wire.send(data);
    } catch (error) {
      return problemOf(error);
    }
    this.record("out", data);
    return undefined;
  }

  close(): void {
    if (this.phase.state !== "open" && this.phase.state !== "connecting") return;
    const { wire, url, state } = this.phase;
    this.enter({ state: "closing", url, wire, made: state === "open" });
    wire.close(1000);
  }

  private ended(code: number, reason: string): void {
    const before = this.phase;
    this.enter({ state: "idle" });
    if (before.state === "connecting") {
      this.note("bad", `no connection to ${before.url} (${code})`, { code });
      const idle = this.phase;
      void this.parts.diagnose(before.url).then((why) => {
        // It can take seconds; by then it would be read as being about the next attempt.
        if (this.phase === idle) this.note("bad", why);
      });
      return;
    }
    if (before.state === "closing" && !before.made) {
      this.note("plain", "gave up connecting", { code });
      return;
    }
    const { title, advice } = closeMeaning(code, reason);
    const said = reason === "" || reason === title ? "" : ` Reason: “${reason}”.`;
    const asked = before.state === "closing";
    // 1006 is no close frame: there was none.
    const by = asked || code === 1006 ? "" : " by the server";
    this.note(
      code === 1000 || asked ? "plain" : "bad",
      `closed${by} with ${code}: ${title}.${said}${code === 1000 ? "" : ` ${advice}`}`,
      reason === "" ? { code } : { code, reason },
    );
  }

  private enter(phase: Phase): void {
    if (this.phase.state === "connecting") this.phase.patience();
    this.phase = phase;
    this.parts.phaseChanged(phase);
  }

  private note(tone: EventEntry["tone"], text: string, end: Pick<EventEntry, "code" | "reason"> = {}): void {
    this.parts.record({ kind: "event", direction: "event", at: this.parts.now(), size: 0, tone, text, ...end });
  }

  private record(direction: "in" | "out", data: string | Uint8Array<ArrayBuffer>): void {
    const at = this.parts.now();
    if (typeof data === "string")
      this.parts.record({ kind: "text", direction, at, size: utf8Length(data), text: data });
    else this.parts.record({ kind: "binary", direction, at, size: data.length, bytes: data });
  }
}
