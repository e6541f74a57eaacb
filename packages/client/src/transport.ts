import { type Clock, startDeadline } from "./clock.ts";
import { type Heartbeat, type HeartbeatTimes, startHeartbeat } from "./heartbeat.ts";
import { type Bytes, textFrom } from "./json.ts";
import type { WebSocketConstructor, WebSocketLike } from "./socket.ts";

/** How long the server may take to open, greet and log in, ms. */
const OPENING = 10_000;
/** How long it may be silent during this, ms, after the runtime has reported a network change. */
const HURRIED = 2_000;

/** Callbacks for what happens to a transport. */
export interface TransportEvents {
  opened(): void;
  /** The data of a WebSocket message: text or an ArrayBuffer. */
  received(data: unknown): void;
  /** Called once when it has ended for any reason except close() and abandon(). `detail` is the runtime's description. */
  ended(code: number, detail: string): void;
}

/** The WebSocket of one attempt to connect, from opening to its end. Detects servers that do not answer. */
export class Transport {
  readonly #clock: Clock;
  readonly #events: TransportEvents;
  readonly #socket: WebSocketLike;
  isOpen = false;
  #over = false;
  #lastHeard: number;
  #error = "";
  #heartbeat: Heartbeat | undefined;
  #cancelOpening: () => void;

  constructor(
    clock: Clock,
    WebSocket: WebSocketConstructor,
    url: string,
    protocols: string[],
    events: TransportEvents,
  ) {
    this.#clock = clock;
    this.#events = events;
    const socket = new WebSocket(url, protocols);
    this.#socket = socket;
    this.#lastHeard = clock.now();
    this.#cancelOpening = startDeadline(clock, OPENING, () => this.#end(1006, "silence"));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      if (this.#over) return;
      this.isOpen = true;
      events.opened();
    };
    socket.onmessage = ({ data }: { data: unknown }) => this.#received(data);
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.#end(code, reason || this.#error);
    // Node, Deno and the package `ws` report the reason here. Without a listener, `ws` would throw it.
    socket.onerror = (event: { message?: unknown; error?: { message?: unknown } }) => {
      this.#error = textFrom(event?.message) || textFrom(event?.error?.message);
    };
  }

  /** Called after login. From now on `probe` is called after silence and must make the server reply. */
  startHeartbeat(times: HeartbeatTimes, probe: () => void): void {
    this.#cancelOpening();
    this.#heartbeat = startHeartbeat(this.#clock, times, probe, () => this.#end(1006, "silence"));
  }

  /** Called when the network may have changed. Checks immediately whether the server still replies. */
  check(): void {
    if (this.#over) return;
    if (this.#heartbeat) this.#heartbeat.check();
    else {
      const left = this.#lastHeard + HURRIED - this.#clock.now();
      this.#cancelOpening();
      if (left <= 0) this.#end(1006, "silence");
      else this.#cancelOpening = startDeadline(this.#clock, left, () => this.#end(1006, "silence"));
    }
  }

  send(data: string | Bytes): void {
    if (!this.#over) this.#socket.send(data);
  }

  /** Ends it without a callback. With a code, frames sent before still arrive. */
  close(code?: number): void {
    this.abandon();
    this.#socket.close(code);
  }

  /** Ignores it from now on, without ending the connection. */
  abandon(): void {
    this.#over = true;
    this.#cancelOpening();
    this.#heartbeat?.end();
  }

  #received(data: unknown): void {
    if (this.#over) return;
    this.#lastHeard = this.#clock.now();
    this.#heartbeat?.heard();
    this.#events.received(data);
  }

  /** A half-open connection never finishes a closing handshake, so its end is not waited for. */
  #end(code: number, detail: string): void {
    if (this.#over) return;
    this.abandon();
    this.#events.ended(code, detail);
  }
}
