import { decodeBinary, parseObject } from "./binary.ts";
import type { Clock } from "./clock.ts";
import { type Data, dataFrom, isData, numberFrom } from "./data.ts";
import { type Fault, faultFrom, ownFault } from "./fault.ts";
import { type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import { messageVerb } from "./message.ts";
import type { WebSocketConstructor, WebSocketLike } from "./socket.ts";
import type { Speech } from "./speech.ts";

/** How long the server may take to open, greet and log in, ms. */
const OPENING = 10_000;

/** Whoever keeps the connection. */
export interface LinkOwner {
  readonly clock: Clock;
  greeted(link: Link, hello: Data): void;
  /** Whatever is no reply. */
  frame(frame: Data, bytes: Uint8Array | undefined): void;
  /** Once, when it is over, however that came; not after close(). */
  ended(code: number, reason: string): void;
}

/** How a request ended: its result, or a fault; `cut` when it is the connection that ended. */
export type Reply = (result: Data, fault?: Fault, cut?: boolean) => void;

/** One connection, from opening to its end: replies find their requests, silence is noticed. */
export class Link {
  readonly #owner: LinkOwner;
  readonly #speech: Speech;
  readonly #socket: WebSocketLike;
  readonly #pending = new Map<number, Reply>();
  #refs = 0;
  #over = false;
  #heartbeat: Heartbeat | undefined;
  readonly #cancelOpening: () => void;

  constructor(owner: LinkOwner, WebSocket: WebSocketConstructor, url: string, speech: Speech) {
    this.#owner = owner;
    this.#speech = speech;
    const socket = new WebSocket(url, speech.protocols);
    this.#socket = socket;
    this.#cancelOpening = owner.clock.after(OPENING, () => this.#cut());
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#take(speech.opened?.());
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.#end(code, reason);
    // `ws` throws errors that nobody listens to; the close that follows says enough.
    socket.onerror = () => {};
  }

  /** Logged in: from here on silence counts, and after `seconds` of it `ask` is to make the other side speak. */
  ready(seconds: number, ask: () => void): void {
    this.#cancelOpening();
    this.#heartbeat = startHeartbeat(this.#owner.clock, seconds, ask, () => this.#cut());
  }

  /** Looks at once whether the other side is still there. */
  check(): void {
    this.#heartbeat?.check();
  }

  /** `body` is the frame as JSON with at least one key. */
  request(body: string, reply: Reply, bytes?: Uint8Array): void {
    const ref = ++this.#refs;
    this.#pending.set(ref, reply);
    const data = this.#speech.encode(ref, body, bytes, (frame) => this.#take(frame));
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
    this.#take(typeof data === "string" ? parseObject(data) : binary?.frame, binary?.bytes);
  }

  #take(received: Data | undefined, bytes?: Uint8Array): void {
    if (!received) return;
    const frame = this.#speech.decode?.(received) ?? received;
    const ref = numberFrom(frame.$ref);
    // The address first: a message of an old dialect may hold any key (PROTOCOL.md R3).
    const message = messageVerb(frame);
    if (!message && isData(frame.$hello)) this.#owner.greeted(this, frame.$hello);
    else if (message || ref === undefined) this.#owner.frame(frame, bytes);
    else {
      const reply = this.#pending.get(ref);
      this.#pending.delete(ref);
      reply?.(dataFrom(frame.$result), isData(frame.$fault) ? faultFrom(frame.$fault) : undefined);
    }
  }

  /** A half-open connection never finishes a closing handshake, so nobody waits for it. */
  #cut(): void {
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
