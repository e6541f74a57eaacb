import { type CloseName, closeOf, type DropReason } from "@achex/protocol";
import type { Membership } from "../delivery/channels.ts";
import { failureText } from "../log/log-text.ts";
import type { CloseCause } from "../metrics/counters.ts";
import type { Payload, Socket, SocketOwner } from "../socket.ts";
import type { AddressUse } from "./address-limits.ts";
import { causeOf, logOversizedFrame } from "./close-cause.ts";
import { byteLengthOf } from "./frame-queue.ts";
import { FrameReports } from "./frame-reports.ts";
import { Inbox, type InboxOwner } from "./inbox.ts";
import { type LatencyCallback, LatencyProbe } from "./latency.ts";
import { Outbound } from "./outbound.ts";
import type { SessionHost } from "./session-host.ts";
import type { Endpoint, SessionState } from "./session-state.ts";

const GREETED: SessionState = { kind: "greeted" };
const CLOSING: SessionState = { kind: "closing" };
const NO_MEMBERSHIPS: readonly Membership[] = [];
/** A client, from its handshake until it is removed from everything. */
export class Session extends Outbound implements InboxOwner, SocketOwner {
  state: SessionState = GREETED;
  /** Hubs and broadcasts it is in. */
  memberships: readonly Membership[] = NO_MEMBERSHIPS;
  readonly isAway: boolean = false;
  private readonly inbox: Inbox;
  private latency: LatencyProbe | undefined;
  /** Every frame has been handled after the connection ended: the session is being removed from its channels. */
  isDeparting = false;
  /** Set if the client asked for reports. */
  reports: FrameReports | undefined;
  private cause: CloseCause | undefined;
  /** Ticks since the peer last sent something. */
  private silentSeconds = 0;

  constructor(
    readonly id: number,
    readonly endpoint: Endpoint,
    readonly addressUse: AddressUse,
    protected readonly host: SessionHost<Session>,
  ) {
    super();
    this.inbox = new Inbox(this, host);
  }

  /** The session continues on this connection. */
  attach(socket: Socket): void {
    socket.data.owner = this;
    this.socket = socket;
    this.reports = this.endpoint.reports && new FrameReports((text) => this.sendUncounted(text));
    this.host.counters.opens(this.endpoint.dialect);
  }

  get instance(): string {
    return this.endpoint.instance;
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
    const cause = this.cause ?? causeOf(code, violation, this.isLagging);
    this.host.counters.closed(this.endpoint.dialect, code, cause);
    if (cause === "frame-too-large") logOversizedFrame(this, this.host.logThrottle, this.host.limits.frameBytes);
    this.isClosed = true;
    this.dropAcks();
    this.host.backlogs.remove(this);
    // A peer that closes without reading: its unsent bytes would be kept for seconds without being counted anywhere.
    if (this.isLagging && this.cause === undefined) this.socket.terminate();
    // Frames sent before a clean close may still wait, and are handled. Until then the session stays a member.
    this.host.connectionEnded(this);
    this.inbox.end();
  }

  disconnectForBacklog(): void {
    this.cause = "backlog";
    this.socket.terminate();
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
