import { decodeBinary, parseObject } from "./binary.ts";
import type { Clock } from "./clock.ts";
import { type Data, dataFrom, isData, numberFrom } from "./data.ts";
import { type Fault, faultFrom, ownFault } from "./fault.ts";
import { Heartbeat } from "./heartbeat.ts";
import { messageVerb } from "./message.ts";
import type { WebSocketConstructor, WebSocketLike } from "./socket.ts";
import type { Speech } from "./speech.ts";

/** How long the server may take to open, greet and log in, ms. */
const OPENING = 10_000;

export interface LinkParts {
  readonly url: string;
  readonly WebSocket: WebSocketConstructor;
  readonly clock: Clock;
  readonly speech: Speech;
  hello(hello: Data): void;
  /** Whatever is no reply. */
  frame(frame: Data, bytes: Uint8Array | undefined): void;
  /** Once, when it is over, however that came; not after close(). */
  ended(code: number, reason: string): void;
}

export interface Reply {
  resolve(result: Data): void;
  /** `cut` when it is the connection that ended. */
  reject(fault: Fault, cut: boolean): void;
}

/** One connection, from opening to its end: replies find their requests, silence is noticed. */
export class Link {
  readonly #socket: WebSocketLike;
  readonly #pending = new Map<number, Reply>();
  #refs = 0;
  #over = false;
  #heartbeat: Heartbeat | undefined;
  #cancelOpening: () => void;

  readonly #parts: LinkParts;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    const socket = new parts.WebSocket(parts.url, [...parts.speech.protocols]);
    this.#socket = socket;
    this.#cancelOpening = parts.clock.after(OPENING, () => this.#cut("no greeting in 10 s"));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#take(parts.speech.opened(), undefined);
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
    socket.onclose = ({ code, reason }: { code?: number; reason?: string }) => this.#end(code ?? 1006, reason ?? "");
    // `ws` throws errors that nobody listens to; the close that follows says enough.
    socket.onerror = () => {};
  }

  /** Logged in: from here on silence counts, `seconds` of it. */
  ready(seconds: number): void {
    const { clock } = this.#parts;
    this.#cancelOpening();
    const ask = () => this.request('{"$time":true}', undefined, { resolve() {}, reject() {} });
    this.#heartbeat = new Heartbeat({ clock, seconds, ask, dead: () => this.#cut("nothing heard for too long") });
  }

  /** Looks at once whether the other side is still there. */
  check(): void {
    this.#heartbeat?.check();
  }

  /** `body` is the frame as JSON with at least one key. */
  request(body: string, bytes: Uint8Array | undefined, reply: Reply): void {
    if (this.#over) {
      reply.reject(ownFault("unknown"), true);
      return;
    }
    const ref = ++this.#refs;
    this.#pending.set(ref, reply);
    const data = this.#parts.speech.encode(ref, body, bytes, (frame) => this.#take(frame, undefined));
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
    const text = typeof data === "string" ? parseObject(data) : undefined;
    const binary = data instanceof ArrayBuffer ? decodeBinary(data) : undefined;
    this.#take(text ?? binary?.frame, binary?.bytes);
  }

  #take(received: Data | undefined, bytes: Uint8Array | undefined): void {
    if (!received) return;
    const frame = this.#parts.speech.decode(received);
    const reply = numberFrom(frame.$ref);
    // The address first: a message of an old dialect may hold any key (PROTOCOL.md R3).
    if (messageVerb(frame)) this.#parts.frame(frame, bytes);
    else if (isData(frame.$hello)) this.#parts.hello(frame.$hello);
    else if (reply === undefined) this.#parts.frame(frame, bytes);
    else this.#settle(reply, frame);
  }

  #settle(ref: number, frame: Data): void {
    const reply = this.#pending.get(ref);
    this.#pending.delete(ref);
    if (isData(frame.$fault)) reply?.reject(faultFrom(frame.$fault), false);
    else reply?.resolve(dataFrom(frame.$result));
  }

  /** A half-open connection never finishes a closing handshake, so nobody waits for it. */
  #cut(reason: string): void {
    this.#end(1006, reason);
    this.#socket.close();
  }

  #end(code: number, reason: string): void {
    if (this.#over) return;
    this.#finish();
    this.#parts.ended(code, reason);
  }

  #finish(): void {
    this.#over = true;
    this.#cancelOpening();
    this.#heartbeat?.end();
    for (const { reject } of this.#pending.values()) reject(ownFault("unknown"), true);
    this.#pending.clear();
  }
}
