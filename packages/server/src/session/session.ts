import { type CloseName, closeOf, type Dialect, type DropReason, type ParseLimits } from "@achex/protocol";
import type { Grant } from "../auth.ts";
import type { Clock } from "../clock.ts";
import type { Confirmations } from "../delivery/ack-batcher.ts";
import type { Channel, Membership } from "../delivery/channels.ts";
import type { Rounds } from "../delivery/sharded-broadcast.ts";
import type { Log } from "../log/log.ts";
import type { CloseCause, Counters } from "../metrics/counters.ts";
import type { Payload, Socket } from "../socket.ts";
import type { AddressUse } from "./address-limits.ts";
import { FrameQueue } from "./frame-queue.ts";
import { Latency, type LatencyAnswer } from "./latency.ts";
import { Meter, type Rates } from "./rate-limiter.ts";

/** Seconds; see beat(). */
export interface Heartbeat {
  /** Silence until the server pings; 0 never pings. */
  readonly pingAfterSeconds: number;
  /** Silence after that ping until the connection counts as dead; 0 is never. */
  readonly deadAfterSeconds: number;
}

export interface SessionLimits extends ParseLimits, Rates, Heartbeat {
  /** Hubs and broadcasts one session may be in; 0 is no limit. */
  readonly channels: number;
  /** Bytes of frames that may wait behind a login; 0 is no limit. */
  readonly queuedBytes: number;
  /** Bytes of one frame, as the listeners enforce it; 0 is no limit. */
  readonly frameBytes: number;
  /** Bytes that may wait for a slow reader, as the listeners enforce it; 0 is no limit. */
  readonly backlogBytes: number;
}

/** What a session needs around it. */
export interface SessionHost {
  readonly limits: SessionLimits;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Log;
  readonly confirmations: Pick<Confirmations, "mayWait" | "hold">;
  readonly rounds: Pick<Rounds, "before">;
  heartbeat(dialect: Dialect): Heartbeat;
  /** What a session is sent before it says anything; undefined is nothing. */
  greeting(session: Session): string | undefined;
  /** Acts on a frame; a promise means that later frames must wait for it. */
  handle(session: Session, frame: Payload): void | Promise<void>;
  /** A frame that is not even looked at, because the session sent too much. */
  rejected(session: Session, frame: Payload, reason: DropReason): void;
  /** The connection is over, and frames of it still wait behind a login: it stays where it is, and receives nothing. */
  lingers(session: Session): void;
  /** The session is over: take it out of wherever it is. */
  ended(session: Session): void;
}

/** Where a client connected: fixed at the handshake. */
export interface Endpoint {
  readonly dialect: Dialect;
  readonly instance: string;
  /** Number of the port it came in by, counted from 0. */
  readonly listener: number;
}

export interface Named {
  readonly kind: "named";
  readonly name: string;
  /** See stampOf: made once per login, so that a message costs no JSON of its own. */
  readonly stamp: string;
  readonly grant: Grant;
  /** The channels of its name: a service has a second one for the name all its instances share. */
  readonly names: readonly Channel[];
}

export type State = { readonly kind: "greeted" } | Named | { readonly kind: "closing" };

const GREETED: State = { kind: "greeted" };
const CLOSING: State = { kind: "closing" };
const NO_MEMBERSHIPS: readonly Membership[] = [];
/** Password checks begun after the connection has ended: whoever leaves thousands behind keeps nothing busy, and goes soon. */
const LATE_CHECKS = 3;
/** Confirmations of one session that wait at the most: whoever sends thousands in one go is not kept a copy of each. */
const MOST_HELD = 64;

/** One connection from handshake to close. */
export class Session {
  state: State = GREETED;
  /** Hubs and broadcasts it is in. */
  memberships: readonly Membership[] = NO_MEMBERSHIPS;
  lagging = false;
  /** Confirmations that wait to go out with the next frame. */
  private held: string[] | undefined;
  private readonly meter: Meter;
  private latency: Latency | undefined;
  /** Set while a login is being checked. */
  private queue: FrameQueue | undefined;
  gone = false;
  private lateChecks = 0;
  private cause: CloseCause | undefined;
  /** Ticks of a second, see beat(). */
  private silentFor = 0;

  constructor(
    readonly id: number,
    readonly endpoint: Endpoint,
    readonly socket: Socket,
    readonly from: AddressUse,
    private readonly host: SessionHost,
  ) {
    this.meter = new Meter(host.limits, host.clock.now());
    host.counters.opens(endpoint.dialect);
    const greeting = host.greeting(this);
    if (greeting !== undefined) this.send(greeting);
  }

  get instance(): string {
    return this.endpoint.instance;
  }

  send(text: string): void {
    this.host.counters.sent(text);
    if (this.take(text) === -1) this.lagging = true;
  }

  /** Hands a frame to the connection, and what waits before it in the same go; returns what Socket.send said of it. */
  take(frame: Payload): unknown {
    const { held, socket } = this;
    this.host.rounds.before(this);
    if (!held) return socket.send(frame);
    this.held = undefined;
    return socket.cork(() => {
      for (const text of held) socket.send(text);
      return socket.send(frame);
    });
  }

  /** Sends the confirmation of a message, which may wait a moment for other frames to this client; see Confirmations. */
  confirm(text: string): void {
    const mayWait = this.host.confirmations.mayWait();
    if (!this.held && !mayWait) {
      this.send(text);
      return;
    }
    this.host.counters.sent(text);
    if (!this.held) {
      this.held = [text];
      this.host.confirmations.hold(this);
    } else if (this.held.push(text) === MOST_HELD) this.release();
  }

  /** Sends the confirmations that wait, if there are any. */
  release(): void {
    const last = this.held?.pop();
    if (last === undefined) return;
    if (this.held?.length === 0) this.held = undefined;
    if (this.take(last) === -1) this.lagging = true;
  }

  receive(frame: Payload): void {
    const bytes = typeof frame === "string" ? Buffer.byteLength(frame) : frame.byteLength;
    if (!this.admit(frame, bytes)) return;
    if (!this.queue) this.handle(frame);
    else if (!this.queue.push(frame, bytes)) this.host.rejected(this, frame, "queue-full");
  }

  askLatency(answer: LatencyAnswer): void {
    this.latency ??= new Latency();
    this.latency.request(this.socket, this.host.clock, answer);
  }

  pong(payload: string): void {
    this.signOfLife(payload.length);
    const milliseconds = this.latency?.pong(payload, this.host.clock);
    if (milliseconds !== undefined) this.host.counters.observeLatency(milliseconds / 1000);
  }

  /** Something small it asked for cost so many bytes: they count as if it had sent them. */
  charge(bytes: number): void {
    this.meter.charge(bytes);
  }

  /** Nothing waits to go out any more. */
  drained(): void {
    this.lagging = false;
  }

  /** A ping from the client is a sign of life; the socket has answered it by itself. */
  pinged(bytes: number): void {
    this.signOfLife(bytes);
  }

  /** Called once a second: an idle connection lives as long as it answers pings (PROTOCOL.md H1). */
  beat(): void {
    this.latency?.expire(this.host.clock);
    const { pingAfterSeconds, deadAfterSeconds } = this.host.heartbeat(this.endpoint.dialect);
    if (pingAfterSeconds === 0) return;
    this.silentFor++;
    if (this.silentFor === pingAfterSeconds) this.socket.ping();
    else if (deadAfterSeconds > 0 && this.silentFor >= pingAfterSeconds + deadAfterSeconds) {
      this.cause = "dead";
      this.socket.terminate();
    }
  }

  close(name: CloseName, cause: CloseCause): void {
    const close = closeOf(name, this.endpoint.dialect);
    this.cause = cause;
    this.host.rounds.before(this);
    this.release();
    this.socket.close(close.code, close.reason);
  }

  /** The connection is over; `violation` when the WebSocket layer ended it with this code because the peer broke RFC 6455. */
  closed(code: number, violation: boolean): void {
    const cause = this.cause ?? this.causeOf(code, violation);
    this.host.counters.closed(this.endpoint.dialect, code, cause);
    this.gone = true;
    this.held = undefined;
    // What was sent before a clean close still waits behind the login and is delivered after it.
    if (this.queue) this.host.lingers(this);
    else this.end();
  }

  private causeOf(code: number, violation: boolean): CloseCause {
    if (violation) return code === 1009 ? "frame-too-large" : "protocol-error";
    if (code !== 1006) return "client";
    return this.lagging ? "backlog" : "vanished";
  }

  /** A control frame: it cannot be dropped any more, yet a flood of them costs as much as any other. */
  private signOfLife(bytes: number): void {
    this.silentFor = 0;
    if (this.meter.admit(bytes, this.host.clock.now()) === "flood") this.close("flood", "flood");
  }

  private admit(frame: Payload, bytes: number): boolean {
    const { clock } = this.host;
    this.silentFor = 0;
    this.host.counters.received(bytes);
    const admission = this.meter.admit(bytes, clock.now());
    if (admission === "ok") return true;
    if (admission === "flood") this.close("flood", "flood");
    else this.host.rejected(this, frame, admission);
    return false;
  }

  private handle(frame: Payload): void {
    const pending = this.host.handle(this, frame);
    if (pending) this.holdBack(pending);
  }

  private holdBack(pending: Promise<void>): void {
    this.queue ??= new FrameQueue(this.host.limits.queuedBytes);
    pending
      .catch((error: unknown) => this.host.log.error("login failed unexpectedly", { error }))
      .then(() => this.catchUp());
  }

  private catchUp(): void {
    const queue = this.queue;
    for (let frame = queue?.shift(); frame !== undefined; frame = queue?.shift()) {
      const pending = this.host.handle(this, frame);
      if (pending) {
        if (this.gone && ++this.lateChecks === LATE_CHECKS) this.forget(queue);
        this.holdBack(pending);
        return;
      }
    }
    this.queue = undefined;
    if (this.gone) this.end();
  }

  private forget(queue: FrameQueue | undefined): void {
    for (let frame = queue?.shift(); frame !== undefined; frame = queue?.shift())
      this.host.rejected(this, frame, "queue-full");
  }

  private end(): void {
    this.host.ended(this);
    this.state = CLOSING;
  }
}
