import { isCountedFromServer, RESUME_MARKER } from "@achex/protocol";
import { Acknowledger } from "./acknowledger.ts";
import type { Clock } from "./clock.ts";
import type { Codec } from "./codec.ts";
import { type Fault, faultFromFrame, ownFault } from "./fault.ts";
import { FrameLog, type Replaceable, type Sent } from "./frame-log.ts";
import { addressKeyOf, byteLength, decodeBinary } from "./frames.ts";
import { type Bytes, type Data, dataFrom, isData, numberFrom, parseObject, textFrom } from "./json.ts";
import type { Transport } from "./transport.ts";

/** Longest header of a binary frame, bytes (PROTOCOL.md R40). */
const HEADER = 60_000;
/** Room for the `$ref` that request() adds, bytes. */
const REFERENCE = 32;
/** Answers, joins and other frames of the client itself are accepted until the queue is this full. */
const FULL = 2;

/** How long a server keeps a session after a drop, ms, until it says otherwise. */
const WINDOW = 120_000;

/** Callbacks for what a connection receives. */
export interface ConnectionOwner {
  readonly clock: Clock;
  /** The server began a new session. */
  greeted(hello: Data): void;
  /** The session goes on; `resumed` is the greeting, with what the server says about the resume. */
  resumed(resumed: Data): void;
  /** The session is over, and the server begins a new one. Returns its connection, unless the client was closed. */
  notResumed(fault: Data): Connection | undefined;
  /** The counts of the two sides differ, so the session must start over. */
  outOfStep(): void;
  /** Every frame that is neither a reply nor about the connection; `text` is what was received. */
  received(frame: Data, text: string, bytes: Bytes | undefined): void;
}

/**
 * How a request ended: its result, or a fault. `dropped` if the session ended first, whether the frame was sent and may have
 * been received, or was still waiting. `text` is the reply as received.
 */
export type Reply = (result: Data, fault?: Fault, dropped?: "sent" | "unsent", text?: string) => void;

/** What a page hands over to the one that replaces it. */
export interface Handover {
  readonly token: string;
  readonly generation: number;
  readonly received: number;
  readonly refs: number;
}

/** How a session asks to be resumable: not at all, across drops, or also across a reload of its page. */
export type ResumeMode = false | true | "reload";

/**
 * One session of the server, from its greeting to its end. It outlives its transports (PROTOCOL.md R70 to R75): it matches replies
 * to requests, counts frames, holds those that are not acknowledged, and keeps to the server's limits.
 */
export class Connection {
  readonly #owner: ConnectionOwner;
  readonly #codec: Codec;
  readonly #mode: ResumeMode;
  readonly #pending = new Map<number, Reply>();
  readonly #log: FrameLog;
  readonly #acknowledger: Acknowledger;
  #transport: Transport | undefined;
  #largestFrame = 0;
  #refs: number;
  #isGreeted = false;
  /** Frames may be sent. */
  #isLive = false;
  /** It has asked the server to be resumable, and there is no reply yet. */
  #isAsking = false;
  /** A transport is being resumed on. */
  #isResuming = false;
  #isInherited: boolean;
  #token: string;
  #generation: number;
  /** How long the server keeps the session after a drop, ms. */
  window = WINDOW;

  constructor(owner: ConnectionOwner, codec: Codec, mode: ResumeMode, handover?: Handover) {
    const { token = "", generation = 0, received = 0, refs = 0 } = handover ?? {};
    this.#owner = owner;
    this.#codec = codec;
    this.#mode = mode;
    this.#isInherited = token !== "";
    this.#token = token;
    this.#generation = generation;
    this.#refs = refs;
    this.#log = new FrameLog(owner.clock);
    this.#acknowledger = new Acknowledger(owner.clock, received, () => this.#acknowledge());
  }

  /** Whether the server keeps the session when its transport drops. */
  get isResumable(): boolean {
    return this.#token !== "";
  }

  /** How full the queue of outgoing frames is; 1 means full. */
  get level(): number {
    return this.#log.level;
  }

  /** Whether a request is sent at once rather than queued. */
  get isIdle(): boolean {
    return this.#log.isIdle;
  }

  get protocols(): string[] {
    return this.isResumable ? [...this.#codec.protocols, RESUME_MARKER] : this.#codec.protocols;
  }

  /** What another page needs to go on with this session. */
  get handover(): Handover {
    const { received } = this.#acknowledger;
    return { token: this.#token, generation: this.#generation, received, refs: this.#refs };
  }

  /** The transport it uses from now on; call opened() when that has opened. */
  attach(transport: Transport): void {
    this.#transport = transport;
  }

  opened(): void {
    if (!this.isResumable) {
      this.#handle(this.#codec.opened?.(), "");
      return;
    }
    this.#isResuming = true;
    // Larger with each attempt: of two that cross, the server accepts the later one.
    const generation = ++this.#generation;
    const { received } = this.#acknowledger;
    const reload = this.#isInherited && { reload: true };
    this.#transport?.send(JSON.stringify({ $resume: { token: this.#token, generation, received, ...reload } }));
  }

  /** Called when the transport has ended, and the session may be resumed on another one. */
  detach(): void {
    this.#transport = undefined;
    this.#isResuming = false;
    this.#isLive = false;
    this.#log.detach();
    this.#acknowledger.stop();
  }

  /** The session is over. What has no reply yet ends as dropped. */
  end(): void {
    const unsent = this.#log.unsent();
    this.detach();
    this.#token = "";
    this.#log.end();
    for (const [ref, reply] of this.#pending) reply({}, ownFault("unknown"), unsent.has(ref) ? "unsent" : "sent");
    this.#pending.clear();
  }

  /**
   * `body` is the frame as JSON with at least one key. Without `reply`, no reply is requested, and a rejection arrives as a
   * fault without a reference. A frame above the server's size limit fails here, because sending it would end the session.
   */
  request(body: string, reply?: Reply, bytes?: Uint8Array, sent?: Sent, replaceable?: Replaceable): void {
    const head = byteLength(body) + REFERENCE;
    const size = head + (bytes?.length ?? 0);
    const tooLarge = this.#largestFrame > 0 && size > this.#largestFrame;
    let fault: Fault | undefined;
    if (tooLarge || (bytes && head > HEADER)) {
      const [what, limit] = tooLarge ? [`frame has ${size}`, this.#largestFrame] : [`header has ${head}`, HEADER];
      fault = ownFault("too-large", `The ${what} bytes; the limit is ${limit}.`);
    } else if (this.level >= FULL) fault = ownFault("outbox-full");
    if (fault) {
      if (reply) reply({}, fault);
      else this.#owner.received({ $fault: { code: fault.code, message: fault.message } }, "", undefined);
      sent?.(false);
      return;
    }
    const ref = ++this.#refs;
    if (reply) this.#pending.set(ref, reply);
    const data = this.#codec.encode(reply && ref, body, bytes, (frame) => this.#handle(frame, ""));
    if (data === undefined) sent?.(false);
    else {
      const replaced = () => {
        this.#pending.delete(ref);
        replaceable?.replaced();
      };
      this.#log.add({ ref, data, size, sent, replaceable: replaceable && { key: replaceable.key, replaced } });
    }
  }

  /** Requests the server's time, at once and without a reference: the server answers it ahead of everything else (PROTOCOL.md R71). */
  requestTime(): void {
    this.#sendUncounted(this.#codec.encode(undefined, '{"$time":true}', undefined, () => {}));
  }

  received(data: unknown): void {
    const binary = data instanceof ArrayBuffer ? decodeBinary(data) : undefined;
    const text = binary ? binary.header : textFrom(data);
    const frame = parseObject(text);
    if (this.isResumable && !this.#isResuming && (!frame || isCountedFromServer(frame)))
      this.#acknowledger.count(text.length + (binary?.bytes.length ?? 0));
    this.#handle(frame, text, binary?.bytes);
  }

  #handle(received: Data | undefined, text: string, bytes?: Bytes): void {
    if (!received) return;
    const frame = this.#codec.decode?.(received) ?? received;
    const ref = numberFrom(frame.$ref);
    // The address is checked first, because a message from a legacy client may contain any key (PROTOCOL.md R3).
    if (addressKeyOf(frame)) this.#owner.received(frame, text, bytes);
    else if (this.#isResuming) this.#resumeAnswered(frame, text);
    else if (isData(frame.$hello)) this.#greeted(frame.$hello);
    else if (ref !== undefined) this.#replied(ref, frame, text);
    else if (this.#isAsking && (isData(frame.$resumable) || isData(frame.$fault))) this.#answered(frame.$resumable);
    else if (this.isResumable && isData(frame.$seen)) this.#seen(frame.$seen);
    else this.#owner.received(frame, text, bytes);
  }

  #greeted(hello: Data): void {
    if (this.#isGreeted) return;
    this.#isGreeted = true;
    this.#limit(hello);
    if (this.#mode) {
      // The first frame, and never without the login behind it: servers that do not know it refuse it, and go on (PROTOCOL.md R70).
      this.#transport?.send(JSON.stringify({ $resume: this.#mode === "reload" ? { reload: true } : true }));
      this.#isAsking = true;
      this.#log.keep();
    }
    this.#goLive();
    this.#owner.greeted(hello);
  }

  #goLive(): void {
    this.#isLive = true;
    this.#log.attach((data) => this.#transport?.send(data));
  }

  #replied(ref: number, frame: Data, text: string): void {
    // The server has skipped the request to be resumable.
    if (this.#isAsking) this.#answered(undefined);
    const reply = this.#pending.get(ref);
    this.#pending.delete(ref);
    const fault = isData(frame.$fault) ? faultFromFrame(frame.$fault) : undefined;
    reply?.(dataFrom(frame.$result), fault, undefined, text);
  }

  /** Without a token, the session ends with its transport. */
  #answered(resumable: unknown): void {
    const { token, window } = dataFrom(resumable);
    this.#isAsking = false;
    this.#token = textFrom(token);
    this.window = (numberFrom(window) ?? 0) * 1_000;
    if (!this.isResumable) this.#log.forget();
  }

  #resumeAnswered(frame: Data, text: string): void {
    if (isData(frame.$resumed)) {
      const { received } = frame.$resumed;
      const count = numberFrom(received) ?? -1;
      this.#isResuming = false;
      if (!(this.#isInherited ? this.#log.continueAfter(count) : this.#log.resume(count))) {
        this.#owner.outOfStep();
        return;
      }
      this.#log.keep();
      this.#isGreeted = true;
      this.#isInherited = false;
      this.#limit(frame.$resumed);
      this.#goLive();
      this.#owner.resumed(frame.$resumed);
    } else if (isData(frame.$fault)) this.#owner.notResumed(frame.$fault);
    else if (isData(frame.$hello)) this.#owner.notResumed({})?.received(text);
  }

  #seen({ received, sent }: Data): void {
    const possible = this.#log.acknowledge(numberFrom(received) ?? -1);
    if (!possible || sent !== this.#acknowledger.received) this.#owner.outOfStep();
  }

  #acknowledge(): void {
    const { received } = this.#acknowledger;
    this.#sendUncounted(`{"$seen":{"received":${received},"sent":${this.#log.written}}}`);
  }

  #sendUncounted(data: string | Bytes | undefined): void {
    if (data === undefined || !this.#isLive) return;
    this.#log.spend(data.length);
    this.#transport?.send(data);
  }

  #limit({ limits }: Data): void {
    const { frame, framesPerSecond, bytesPerSecond } = dataFrom(limits);
    const limit = (value: unknown) => Math.max(0, numberFrom(value) ?? 0);
    this.#largestFrame = limit(frame);
    this.#log.limit(limit(framesPerSecond), limit(bytesPerSecond));
  }
}
