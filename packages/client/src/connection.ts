import type { Clock } from "./clock.ts";
import type { Codec } from "./codec.ts";
import { type Fault, faultFromFrame, ownFault } from "./fault.ts";
import { addressKeyOf, decodeBinary } from "./frames.ts";
import { type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import { type Data, dataFrom, isData, numberFrom, parseObject } from "./json.ts";
import type { WebSocketConstructor, WebSocketLike } from "./socket.ts";

/** How long the server may take to open, greet and log in, ms. */
const OPENING = 10_000;

/** Who is told what a connection receives. */
export interface ConnectionOwner {
  readonly clock: Clock;
  greeted(connection: Connection, hello: Data): void;
  /** Every frame that is neither a reply nor the greeting. */
  received(frame: Data, bytes: Uint8Array | undefined): void;
  /** Once, when the connection is over, for whatever reason; not after close(). */
  ended(code: number, reason: string): void;
}

/** How a request ended: its result, or a fault; `dropped` when the connection ended first. */
export type Reply = (result: Data, fault?: Fault, dropped?: boolean) => void;

/** One WebSocket, from opening to its end: matches replies to requests, notices silence. */
export class Connection {
  readonly #owner: ConnectionOwner;
  readonly #codec: Codec;
  readonly #socket: WebSocketLike;
  readonly #pending = new Map<number, Reply>();
  #refs = 0;
  #over = false;
  #heartbeat: Heartbeat | undefined;
  readonly #cancelOpening: () => void;

  constructor(owner: ConnectionOwner, WebSocket: WebSocketConstructor, url: string, codec: Codec) {
    this.#owner = owner;
    this.#codec = codec;
    const socket = new WebSocket(url, codec.protocols);
    this.#socket = socket;
    this.#cancelOpening = owner.clock.after(OPENING, () => this.#drop());
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#handle(codec.opened?.());
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.#end(code, reason);
    // The package `ws` throws errors that nobody listens for; the close event that follows is enough.
    socket.onerror = () => {};
  }

  /** Logged in: from here on, `probe` is called after this many seconds of silence and must make the server answer. */
  startHeartbeat(seconds: number, probe: () => void): void {
    this.#cancelOpening();
    this.#heartbeat = startHeartbeat(this.#owner.clock, seconds, probe, () => this.#drop());
  }

  /** Asks at once whether the server is still there. */
  check(): void {
    this.#heartbeat?.check();
  }

  /** `body` is the frame as JSON with at least one key. */
  request(body: string, reply: Reply, bytes?: Uint8Array): void {
    const ref = ++this.#refs;
    this.#pending.set(ref, reply);
    const data = this.#codec.encode(ref, body, bytes, (frame) => this.#handle(frame));
    if (data !== undefined) this.#socket.send(data);
  }

  /** Ends it with a closing handshake; what was sent before still arrives. */
  close(): void {
    if (this.#over) return;
    this.#finish();
    this.#socket.close(1000);
  }

  #receive(data: unknown): void {
    if (this.#over) return;
    this.#heartbeat?.heard();
    const binary = data instanceof ArrayBuffer ? decodeBinary(data) : undefined;
    this.#handle(typeof data === "string" ? parseObject(data) : binary?.frame, binary?.bytes);
  }

  #handle(received: Data | undefined, bytes?: Uint8Array): void {
    if (!received) return;
    const frame = this.#codec.decode?.(received) ?? received;
    const ref = numberFrom(frame.$ref);
    // The address first: a message of a legacy client may hold any key (PROTOCOL.md R3).
    const message = addressKeyOf(frame);
    if (!message && isData(frame.$hello)) this.#owner.greeted(this, frame.$hello);
    else if (message || ref === undefined) this.#owner.received(frame, bytes);
    else {
      const reply = this.#pending.get(ref);
      this.#pending.delete(ref);
      reply?.(dataFrom(frame.$result), isData(frame.$fault) ? faultFromFrame(frame.$fault) : undefined);
    }
  }

  /** A half-open connection never finishes a closing handshake, so its end is not waited for. */
  #drop(): void {
    this.#end(1006, "silence");
    this.#socket.close();
  }

  #end(code: number, reason: string): void {
    if (this.#over) return;
    this.#finish();
    this.#owner.ended(code, reason);
  }

  #finish(): void {
    this.#over = true;
    this.#cancelOpening();
    this.#heartbeat?.end();
    for (const reply of this.#pending.values()) reply({}, ownFault("unknown"), true);
    this.#pending.clear();
  }
}
