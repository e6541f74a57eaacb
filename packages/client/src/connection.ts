import { type Clock, startDeadline } from "./clock.ts";
import type { Codec } from "./codec.ts";
import { type Fault, faultFromFrame, ownFault } from "./fault.ts";
import { addressKeyOf, byteLength, decodeBinary } from "./frames.ts";
import { type Heartbeat, type HeartbeatTimes, startHeartbeat } from "./heartbeat.ts";
import { type Bytes, type Data, dataFrom, isData, numberFrom, parseObject, textFrom } from "./json.ts";
import { SendRate } from "./send-rate.ts";
import type { WebSocketConstructor, WebSocketLike } from "./socket.ts";

/** How long the server may take to open, greet and log in, ms. */
const OPENING = 10_000;
/** How long it may be silent during this, ms, after the runtime has reported a network change. */
const HURRIED = 2_000;
/** Longest header of a binary frame, bytes (PROTOCOL.md R40). */
const HEADER = 60_000;
/** Room for the `$ref` that request() adds, bytes. */
const REFERENCE = 32;

/** Callbacks for what a connection receives. */
export interface ConnectionOwner {
  readonly clock: Clock;
  greeted(connection: Connection, hello: Data): void;
  /** Every frame that is neither a reply nor the greeting; `text` is what was received. */
  received(frame: Data, text: string, bytes: Bytes | undefined): void;
  /** Called once when the connection has ended for any reason except close(). `detail` is the runtime's description. */
  ended(code: number, detail: string): void;
}

/**
 * How a request ended: its result, or a fault. `dropped` if the connection ended first, whether the frame was sent and may have
 * been received, or was still waiting.
 */
export type Reply = (result: Data, fault?: Fault, dropped?: "sent" | "unsent") => void;

interface QueuedFrame {
  readonly ref: number;
  readonly data: string | Bytes;
  readonly size: number;
  readonly sent: Sent | undefined;
}

/** Called once for a frame without a reply: it was passed to the socket or rejected, or the connection ended first. */
export type Sent = (dropped: boolean) => void;

/** One WebSocket from opening to its end. Matches replies to requests, keeps to the server's limits, and detects silence. */
export class Connection {
  readonly #owner: ConnectionOwner;
  readonly #codec: Codec;
  readonly #socket: WebSocketLike;
  readonly #pending = new Map<number, Reply>();
  /** Frames that the rate limit holds back, in order. */
  readonly #queue: QueuedFrame[] = [];
  #queuedBytes = 0;
  #rate: SendRate;
  #largestFrame = 0;
  #refs = 0;
  #over = false;
  #lastHeard: number;
  #error = "";
  #heartbeat: Heartbeat | undefined;
  #cancelOpening: () => void;
  #cancelSending = () => {};

  constructor(owner: ConnectionOwner, WebSocket: WebSocketConstructor, url: string, codec: Codec) {
    this.#owner = owner;
    this.#codec = codec;
    this.#rate = new SendRate(owner.clock, 0, 0);
    const socket = new WebSocket(url, codec.protocols);
    this.#socket = socket;
    this.#lastHeard = owner.clock.now();
    this.#cancelOpening = startDeadline(owner.clock, OPENING, () => this.#drop());
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#handle(codec.opened?.(), "");
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.#end(code, reason || this.#error);
    // Node, Deno and the package `ws` report the reason here. Without a listener, `ws` would throw it.
    socket.onerror = (event: { message?: unknown; error?: { message?: unknown } }) => {
      this.#error = textFrom(event?.message) || textFrom(event?.error?.message);
    };
  }

  /** Called after login. From now on `probe` is called after silence and must make the server reply. */
  startHeartbeat(times: HeartbeatTimes, probe: () => void): void {
    this.#cancelOpening();
    this.#heartbeat = startHeartbeat(this.#owner.clock, times, probe, () => this.#drop());
  }

  /** Called when the network may have changed. Checks immediately whether the server still replies. */
  check(): void {
    if (this.#over) return;
    if (this.#heartbeat) this.#heartbeat.check();
    else {
      const left = this.#lastHeard + HURRIED - this.#owner.clock.now();
      this.#cancelOpening();
      if (left <= 0) this.#drop();
      else this.#cancelOpening = startDeadline(this.#owner.clock, left, () => this.#drop());
    }
  }

  /** Number of frames held back by the rate limit. */
  get queued(): { readonly frames: number; readonly bytes: number } {
    return { frames: this.#queue.length, bytes: this.#queuedBytes };
  }

  /**
   * `body` is the frame as JSON with at least one key. Without `reply`, no reply is requested, and a rejection arrives as a
   * fault without a reference. A frame above the server's size limit fails here, because sending it would end the connection.
   */
  request(body: string, reply?: Reply, bytes?: Uint8Array, urgent = false, sent?: Sent): void {
    const head = byteLength(body) + REFERENCE;
    const size = head + (bytes?.length ?? 0);
    const tooLarge = this.#largestFrame > 0 && size > this.#largestFrame;
    if (tooLarge || (bytes && head > HEADER)) {
      const [what, limit] = tooLarge ? [`frame has ${size}`, this.#largestFrame] : [`header has ${head}`, HEADER];
      const fault = ownFault("too-large", `The ${what} bytes; the limit is ${limit}.`);
      if (reply) reply({}, fault);
      else this.#owner.received({ $fault: { code: fault.code, message: fault.message } }, "", undefined);
      sent?.(false);
      return;
    }
    const ref = ++this.#refs;
    if (reply) this.#pending.set(ref, reply);
    const data = this.#codec.encode(reply && ref, body, bytes, (frame) => this.#handle(frame, ""));
    if (data === undefined) {
      sent?.(false);
      return;
    }
    if (!urgent && (this.#queue.length > 0 || this.#rate.wait(size) > 0)) {
      this.#queue.push({ ref, data, size, sent });
      this.#queuedBytes += size;
      if (this.#queue.length === 1) this.#sendQueued();
    } else this.#transmit({ ref, data, size, sent });
  }

  /** Ends the connection with a closing handshake; frames sent before still arrive. */
  close(): void {
    if (this.#over) return;
    this.#finish();
    this.#socket.close(1000);
  }

  #transmit({ data, size, sent }: QueuedFrame): void {
    this.#rate.spend(size);
    this.#socket.send(data);
    sent?.(false);
  }

  #sendQueued(): void {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      const wait = this.#rate.wait(next.size);
      if (wait > 0) {
        this.#cancelSending = this.#owner.clock.after(Math.ceil(wait), () => this.#sendQueued());
        return;
      }
      this.#queue.shift();
      this.#queuedBytes -= next.size;
      this.#transmit(next);
    }
  }

  #receive(data: unknown): void {
    if (this.#over) return;
    this.#lastHeard = this.#owner.clock.now();
    this.#heartbeat?.heard();
    const binary = data instanceof ArrayBuffer ? decodeBinary(data) : undefined;
    const text = binary ? binary.header : textFrom(data);
    this.#handle(parseObject(text), text, binary?.bytes);
  }

  #handle(received: Data | undefined, text: string, bytes?: Bytes): void {
    if (!received) return;
    const frame = this.#codec.decode?.(received) ?? received;
    const ref = numberFrom(frame.$ref);
    // The address is checked first, because a message from a legacy client may contain any key (PROTOCOL.md R3).
    const message = addressKeyOf(frame);
    if (!message && isData(frame.$hello)) {
      const { frame: largest, framesPerSecond, bytesPerSecond } = dataFrom(frame.$hello.limits);
      const limit = (value: unknown) => Math.max(0, numberFrom(value) ?? 0);
      this.#largestFrame = limit(largest);
      this.#rate = new SendRate(this.#owner.clock, limit(framesPerSecond), limit(bytesPerSecond));
      this.#owner.greeted(this, frame.$hello);
    } else if (message || ref === undefined) this.#owner.received(frame, text, bytes);
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

  #end(code: number, detail: string): void {
    if (this.#over) return;
    this.#finish();
    this.#owner.ended(code, detail);
  }

  #finish(): void {
    this.#over = true;
    this.#cancelOpening();
    this.#cancelSending();
    this.#heartbeat?.end();
    const queue = this.#queue.splice(0);
    const unsent = new Set(queue.map(({ ref }) => ref));
    for (const { sent } of queue) sent?.(true);
    for (const [ref, reply] of this.#pending) reply({}, ownFault("unknown"), unsent.has(ref) ? "unsent" : "sent");
    this.#pending.clear();
  }
}
