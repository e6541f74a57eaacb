import { type CloseName, closeOf, type Dialect, type DropReason } from "@achex/protocol";
import type { Clock } from "../clock.ts";
import type { Limits } from "../config/limits.ts";
import type { AckBatcher } from "../delivery/ack-batcher.ts";
import type { Membership } from "../delivery/channels.ts";
import type { ShardedBroadcast } from "../delivery/sharded-broadcast.ts";
import type { SlicedDelivery } from "../delivery/sliced-delivery.ts";
import type { BacklogCap, Lagging } from "../fairness/backlog-cap.ts";
import { failureText } from "../log/log-text.ts";
import type { LogThrottle } from "../log/log-throttle.ts";
import type { CloseCause, Counters } from "../metrics/counters.ts";
import { type Payload, type SendResult, type Socket, sendResultOf } from "../socket.ts";
import type { AddressUse } from "./address-limits.ts";
import { byteLengthOf } from "./frame-queue.ts";
import { FrameReports } from "./frame-reports.ts";
import { Inbox, type InboxDeps, type InboxOwner } from "./inbox.ts";
import { type LatencyCallback, LatencyProbe } from "./latency.ts";
import type { Endpoint, SessionState } from "./session-state.ts";

/** When a silent peer is pinged and when it counts as dead; see heartbeatTick(). */
export type Heartbeat = Pick<Limits, "pingAfterSeconds" | "deadAfterSeconds">;

/** The services a session uses, and the callbacks it reports to. */
export interface SessionHost extends InboxDeps {
  readonly limits: Limits;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly logThrottle: Pick<LogThrottle, "warn" | "error">;
  readonly acks: Pick<AckBatcher, "shouldDelay" | "add">;
  readonly broadcasts: Pick<ShardedBroadcast, "flushFor">;
  readonly sliced: Pick<SlicedDelivery, "takeStarted">;
  readonly backlogs: Pick<BacklogCap, "add" | "remove">;
  heartbeat(dialect: Dialect): Heartbeat;
  /** The frame a session receives on connect; undefined for none. */
  greeting(session: Session): string | undefined;
  /** Handles a frame. When it returns a promise, later frames of the session wait until that settles. */
  handle(session: Session, frame: Payload): void | Promise<void>;
  /** Called for a frame that is not parsed because the session exceeded a limit. */
  rejected(session: Session, frame: Payload, reason: DropReason): void;
  /** The connection has ended. Frames may still wait: until they are handled the session stays a member, but receives nothing. */
  connectionEnded(session: Session): void;
  /** The session was closed because it sent far more than its limits allow. */
  flooded(session: Session): void;
  /** The session has ended: remove it from everything. */
  ended(session: Session): void;
}

const GREETED: SessionState = { kind: "greeted" };
const CLOSING: SessionState = { kind: "closing" };
const NO_MEMBERSHIPS: readonly Membership[] = [];
/** Acknowledgements of one session that may wait, so that a burst of messages does not grow the memory it holds. */
const MAX_HELD_ACKS = 64;

/** One connection from handshake to close. */
export class Session implements InboxOwner, Lagging {
  state: SessionState = GREETED;
  /** Hubs and broadcasts it is in. */
  memberships: readonly Membership[] = NO_MEMBERSHIPS;
  private isLagging = false;
  /** Acknowledgements that go out with the next frame; see AckBatcher. */
  private heldAcks: string[] | undefined;
  private readonly inbox: Inbox;
  private latency: LatencyProbe | undefined;
  isClosed = false;
  /** Every frame has been handled after the connection ended: the session is being removed from its channels. */
  isDeparting = false;
  /** Set if the client asked for reports. */
  readonly reports: FrameReports | undefined;
  private cause: CloseCause | undefined;
  /** Ticks since the peer last sent something. */
  private silentSeconds = 0;

  constructor(
    readonly id: number,
    readonly endpoint: Endpoint,
    readonly socket: Socket,
    readonly addressUse: AddressUse,
    private readonly host: SessionHost,
  ) {
    this.inbox = new Inbox(this, host);
    this.reports = endpoint.reports && new FrameReports((text) => this.send(text));
    host.counters.opens(endpoint.dialect);
    const greeting = host.greeting(this);
    if (greeting !== undefined) this.send(greeting);
  }

  get instance(): string {
    return this.endpoint.instance;
  }

  send(text: string): void {
    this.host.counters.sent(text);
    if (this.writeFrame(text) === "waiting") this.markLagging();
  }

  /** Hands a frame to the connection, together with the acknowledgements and broadcasts that must arrive before it. */
  writeFrame(frame: Payload): SendResult {
    const { heldAcks, socket } = this;
    this.host.broadcasts.flushFor(this);
    if (!heldAcks) return sendResultOf(socket.send(frame));
    this.heldAcks = undefined;
    return sendResultOf(
      socket.cork(() => {
        for (const text of heldAcks) socket.send(text);
        return socket.send(frame);
      }),
    );
  }

  /** Sends the result of a message, which may wait a moment for the next frame to this client; see AckBatcher. */
  sendAck(text: string): void {
    const shouldDelay = this.host.acks.shouldDelay();
    if (!this.heldAcks && !shouldDelay) {
      this.send(text);
      return;
    }
    this.host.counters.sent(text);
    if (!this.heldAcks) {
      this.heldAcks = [text];
      this.host.acks.add(this);
    } else if (this.heldAcks.push(text) === MAX_HELD_ACKS) this.flushAcks();
  }

  /** Sends the acknowledgements that wait, if there are any. */
  flushAcks(): void {
    const last = this.heldAcks?.pop();
    if (last === undefined) return;
    if (this.heldAcks?.length === 0) this.heldAcks = undefined;
    if (this.writeFrame(last) === "waiting") this.markLagging();
  }

  receive(frame: Payload): void {
    // Bun passes on all frames of one read, even when an earlier one of them has ended the session.
    if (this.cause !== undefined) return;
    const bytes = byteLengthOf(frame);
    this.silentSeconds = 0;
    this.host.counters.received(bytes);
    this.reports?.frameArrived();
    this.inbox.receive(frame, bytes);
  }

  measureLatency(callback: LatencyCallback): void {
    this.latency ??= new LatencyProbe();
    this.latency.request(this.socket, this.host.clock, callback);
  }

  pong(payload: string): void {
    this.noteActivity(payload.length);
    const milliseconds = this.latency?.pong(payload, this.host.clock);
    if (milliseconds !== undefined) this.host.counters.observeLatency(milliseconds / 1000);
  }

  /** Counts bytes that a small request caused as if the session had sent them. */
  chargeBytes(bytes: number): void {
    this.inbox.chargeBytes(bytes);
  }

  /** Called when all bytes have been written. */
  drained(): void {
    this.isLagging = false;
    this.host.backlogs.remove(this);
  }

  /** Called for a ping from the client. The socket has already answered it. */
  pinged(bytes: number): void {
    this.noteActivity(bytes);
  }

  /** Called once a second. An idle connection stays open as long as it answers pings (PROTOCOL.md H1). */
  heartbeatTick(): void {
    this.latency?.expireOverdue(this.host.clock);
    const { pingAfterSeconds, deadAfterSeconds } = this.host.heartbeat(this.endpoint.dialect);
    if (pingAfterSeconds === 0) return;
    this.silentSeconds++;
    if (this.silentSeconds === pingAfterSeconds) this.socket.ping();
    else if (deadAfterSeconds > 0 && this.silentSeconds >= pingAfterSeconds + deadAfterSeconds) {
      this.cause = "dead";
      this.socket.terminate();
    }
  }

  close(name: CloseName, cause: CloseCause): void {
    const close = closeOf(name, this.endpoint.dialect);
    this.cause = cause;
    this.host.broadcasts.flushFor(this);
    this.flushAcks();
    this.socket.close(close.code, close.reason);
  }

  /** Called when the connection has ended; `violation` when the WebSocket layer closed it because the peer broke RFC 6455. */
  closed(code: number, violation: boolean): void {
    const cause = this.cause ?? this.causeOf(code, violation);
    this.host.counters.closed(this.endpoint.dialect, code, cause);
    if (cause === "frame-too-large") this.logOversizedFrame();
    this.isClosed = true;
    this.heldAcks = undefined;
    this.host.backlogs.remove(this);
    // A peer that closes without reading: its unsent bytes would be kept for seconds without being counted anywhere.
    if (this.isLagging && this.cause === undefined) this.socket.terminate();
    // Frames sent before a clean close may still wait, and are handled. Until then the session stays a member.
    this.host.connectionEnded(this);
    this.inbox.end();
  }

  /** Legacy clients receive no reason, so it is logged for the operator. The size is unknown because the frame was not read. */
  private logOversizedFrame(): void {
    const { state, endpoint, id, host } = this;
    host.logThrottle.warn("a session was closed because it sent a frame above --max-frame", endpoint.dialect, {
      ...(state.kind === "named" ? { name: state.name } : {}),
      session: id,
      dialect: endpoint.dialect,
      instance: endpoint.instance,
      limit: host.limits.frameBytes,
      hint: "raise --max-frame if this client should be allowed",
    });
  }

  /** Called when the session first has unsent bytes. */
  markLagging(): void {
    if (this.isLagging || this.isClosed) return;
    this.isLagging = true;
    this.host.backlogs.add(this);
  }

  disconnectForBacklog(): void {
    this.cause = "backlog";
    this.socket.terminate();
  }

  private causeOf(code: number, violation: boolean): CloseCause {
    if (violation) return code === 1009 ? "frame-too-large" : "protocol-error";
    if (code !== 1006) return "client";
    return this.isLagging ? "backlog" : "vanished";
  }

  /** Counts a control frame. It has already been handled, but a flood of them costs as much as a flood of messages. */
  private noteActivity(bytes: number): void {
    if (this.cause !== undefined) return;
    this.silentSeconds = 0;
    this.inbox.receiveControl(bytes);
  }

  handle(frame: Payload): void | Promise<void> {
    const { counters, logThrottle } = this.host;
    const { deliveries, bytesOut } = counters;
    this.reports?.handlingNext();
    const pending = this.host.handle(this, frame);
    // All deliveries that a frame causes are charged to its sender (PROTOCOL.md L2).
    const made = counters.deliveries - deliveries;
    if (made > 0) this.inbox.chargeDeliveries(made, counters.bytesOut - bytesOut);
    const delivery = made > 0 ? this.host.sliced.takeStarted() : undefined;
    if (delivery) return delivery;
    return pending?.catch((error: unknown) =>
      logThrottle.error("a frame could not be handled", failureText(error), { error }),
    );
  }

  reject(frame: Payload, reason: DropReason): void {
    if (this.reports) this.reports.refuseNewest(() => this.host.rejected(this, frame, reason));
    else this.host.rejected(this, frame, reason);
  }

  discard(frames: number): void {
    this.reports?.discardNewest(frames);
    for (let frame = 0; frame < frames; frame++) this.host.counters.drop("queue-full");
  }

  flooded(): void {
    this.inbox.clear();
    this.close("flood", "flood");
    this.host.flooded(this);
  }

  finished(): void {
    if (this.isDeparting) return;
    this.isDeparting = true;
    this.host.ended(this);
  }

  /** Called when the session has been removed from everything. */
  departed(): void {
    this.state = CLOSING;
  }
}
