import { utf8Length } from "@achex/protocol";
import { closeInfo } from "./close-codes.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EventEntry, NewEntry } from "./entry.ts";
import type { OpenSocket, PageSocket, SocketEvents } from "./websocket.ts";

export type Phase =
  | { readonly state: "idle" }
  | {
      readonly state: "connecting";
      readonly url: string;
      readonly socket: PageSocket;
      readonly cancelSlowNotice: () => void;
    }
  | { readonly state: "open"; readonly url: string; readonly socket: PageSocket; readonly since: number }
  /** `wasOpen` tells a closed connection from an abandoned attempt. */
  | { readonly state: "closing"; readonly url: string; readonly socket: PageSocket; readonly wasOpen: boolean };

export interface ConnectionDeps {
  readonly open: OpenSocket;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after a delay. Returns a function that cancels the call. */
  later(milliseconds: number, call: () => void): () => void;
  /** Receives every frame and every event as it happens. */
  record(entry: NewEntry): void;
  phaseChanged(phase: Phase): void;
  /** Explains why a connection could not be opened, as far as a page can find out. */
  diagnose(url: string): Promise<string>;
}

/** Milliseconds. Browsers wait for minutes when a server accepts the TCP connection and then stays silent. */
const SLOW = 5_000;
const GOING_AWAY = 1001;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The WebSocket of one client on the page. Records every frame. */
export class Connection {
  private phase: Phase = { state: "idle" };

  constructor(private readonly deps: ConnectionDeps) {}

  get state(): Phase["state"] {
    return this.phase.state;
  }

  /** Connects and sends the first frames once open. Closes the previous connection. `droppable`: see drop(). */
  connect({ url, socketUrl, dialect, protocols }: Endpoint, first: readonly string[], droppable = false): void {
    this.close();
    const asked = protocols.length === 0 ? "" : `, requesting subprotocol ${protocols.join(", ")}`;
    this.note("plain", `connecting to ${url} (${dialect}${asked})`);
    let socket: PageSocket | undefined;
    const isCurrent = (): boolean => this.phase.state !== "idle" && this.phase.socket === socket;
    try {
      const events: SocketEvents = {
        opened: (opened) => {
          if (!isCurrent()) return;
          this.enter({ state: "open", url, socket: opened, since: this.deps.now() });
          this.note("good", `connected${opened.protocol === "" ? "" : `, subprotocol ${opened.protocol}`}`);
          for (const text of first) this.send(text);
        },
        received: (data) => {
          if (isCurrent()) this.record("in", data);
        },
        closed: ({ code, reason }) => {
          if (isCurrent()) this.ended(code, reason);
        },
      };
      socket = this.deps.open(socketUrl, protocols, events, droppable);
    } catch (error) {
      this.note("bad", `cannot connect: ${messageOf(error)}`);
      return;
    }
    const cancelSlowNotice = this.deps.later(SLOW, () =>
      this.note("bad", `${new URL(url).host} has not answered for ${SLOW / 1000} s. Press Disconnect to cancel.`),
    );
    this.enter({ state: "connecting", url, socket, cancelSlowNotice });
  }

  /** Sends a frame. Returns an error message if that fails. */
  send(data: string | Uint8Array<ArrayBuffer>): string | undefined {
    if (this.phase.state !== "open") return "Not connected. Connect first.";
    try {
      this.phase.socket.send(data);
    } catch (error) {
      return messageOf(error);
    }
    this.record("out", data);
    return undefined;
  }

  close(): void {
    if (this.phase.state !== "open" && this.phase.state !== "connecting") return;
    const { socket, url, state } = this.phase;
    this.enter({ state: "closing", url, socket, wasOpen: state === "open" });
    socket.close(1000);
  }

  /** Drops the connection as if the page had gone away. The connection must be droppable. */
  drop(): void {
    if (this.phase.state !== "open") return;
    const { socket } = this.phase;
    this.enter({ state: "idle" });
    socket.drop();
    this.note("plain", "connection dropped; the server sees 1001, as when a page goes away", { code: GOING_AWAY });
  }

  private ended(code: number, reason: string): void {
    const before = this.phase;
    this.enter({ state: "idle" });
    if (before.state === "connecting") {
      this.note("bad", `no connection to ${before.url} (${code})`, { code });
      const idle = this.phase;
      void this.deps.diagnose(before.url).then((why) => {
        // The diagnosis can take seconds; after the next attempt has started it would be misleading.
        if (this.phase === idle) this.note("bad", why);
      });
      return;
    }
    if (before.state === "closing" && !before.wasOpen) {
      this.note("plain", "stopped connecting", { code });
      return;
    }
    const { title, advice } = closeInfo(code, reason);
    const asked = before.state === "closing";
    // 1006 means that there was no close frame, so it was not sent by the server.
    const by = asked || code === 1006 ? "" : " by the server";
    const quoted = reason === "" || reason === title ? "" : ` Reason: “${reason}”.`;
    this.note(code === 1000 || asked ? "plain" : "bad", `closed${by} with ${code}: ${title}.${quoted}`, {
      code,
      ...(reason === "" ? {} : { reason }),
      ...(code === 1000 || asked ? {} : { advice }),
    });
  }

  private enter(phase: Phase): void {
    if (this.phase.state === "connecting") this.phase.cancelSlowNotice();
    this.phase = phase;
    this.deps.phaseChanged(phase);
  }

  private note(tone: EventEntry["tone"], text: string, end: Pick<EventEntry, "code" | "reason" | "advice"> = {}): void {
    this.deps.record({ kind: "event", direction: "event", at: this.deps.now(), size: 0, tone, text, ...end });
  }

  private record(direction: "in" | "out", data: string | Uint8Array<ArrayBuffer>): void {
    const at = this.deps.now();
    if (typeof data === "string") this.deps.record({ kind: "text", direction, at, size: utf8Length(data), text: data });
    else this.deps.record({ kind: "binary", direction, at, size: data.length, bytes: data });
  }
}
