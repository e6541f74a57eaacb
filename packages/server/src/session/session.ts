import { type CloseName, closeOf, type DropReason, isCountedFromClient, seenFrame } from "@achex/protocol";
import type { Membership } from "../delivery/channels.ts";
import { failureText } from "../log/log-text.ts";
import type { CloseCause } from "../metrics/counters.ts";
import type { Payload, SocketOwner } from "../socket.ts";
import type { AddressUse } from "./address-limits.ts";
import { awaySeconds, causeOf, logOversizedFrame } from "./close-cause.ts";
import { ConnectedSession } from "./connected-session.ts";
import { byteLengthOf } from "./frame-queue.ts";
import { Inbox, type InboxOwner } from "./inbox.ts";
import { type LatencyCallback, LatencyProbe } from "./latency.ts";
import { ResponseProbe } from "./response-probe.ts";
import type { SessionHost } from "./session-host.ts";
import type { Endpoint, SessionState } from "./session-state.ts";

/** Unread bytes above which a client gets only the latest values. */
const MAX_UNREAD_BYTES = 64 * 1024;
const GREETED: SessionState = { kind: "greeted" };
const CLOSING: SessionState = { kind: "closing" };
const NO_MEMBERSHIPS: readonly Membership[] = [];

/** A client, from its handshake until it is removed from everything. */
export class Session extends ConnectedSession implements InboxOwner, SocketOwner {
  state: SessionState = GREETED;
  /** Hubs and broadcasts it is in. */
  memberships: readonly Membership[] = NO_MEMBERSHIPS;
  readonly inbox: Inbox;
  private latency: LatencyProbe | undefined;
  private response: ResponseProbe | undefined;
  /** Every frame has been handled after the connection ended: the session is being removed from its channels. */
  isDeparting = false;
  /** Ticks since the peer last sent something. */
  private silentSeconds = 0;

  constructor(
    readonly id: number,
    endpoint: Endpoint,
    /** That of its latest connection. */
    public addressUse: AddressUse,
    protected readonly host: SessionHost<Session>,
  ) {
    super(endpoint);
    this.inbox = new Inbox(this, host);
  }

  /** Number of its latest message that was passed on to other nodes without waiting; see Forwards. */
  lastForward = 0;

  protected topics(): Iterable<string> {
    return this.host.topicsOf(this);
  }

  protected hasNewConnection(): void {
    this.response = undefined;
    this.silentSeconds = 0;
    this.host.away.cameBack(this);
  }

  protected hasCaughtUp(): void {
    this.host.away.caughtUp(this);
  }

  get waitingFrames(): number {
    return this.inbox.waitingFrames;
  }

  get instance(): string {
    return this.endpoint.instance;
  }

  receive(frame: Payload): void {
    // Bun passes on all frames of one read, even when an earlier one of them has ended the session. A frame that arrives while
    // the relay stops is not counted, so its client sends it again (PROTOCOL.md R82).
    if (this.cause !== undefined || this.host.scheduler.isFrozen) return;
    const bytes = byteLengthOf(frame);
    this.silentSeconds = 0;
    this.host.counters.received(bytes);
    this.reports?.frameArrived();
    if (this.endpoint.dialect === "achex.2" && !this.arrived(frame, bytes)) return;
    this.inbox.receive(frame, bytes);
  }

  /** Counts a frame, or handles it now. False when it has been handled. */
  private arrived(frame: Payload, bytes: number): boolean {
    if (isCountedFromClient(frame)) {
      // Counted before it is handled: it will be, whatever happens to the connection (PROTOCOL.md R71).
      if (this.resumable?.count(bytes)) this.acknowledge();
    } else if (!this.inbox.countArrival()) return false;
    else if (typeof frame === "string" && this.host.handleOnArrival(this, frame, bytes)) return false;
    this.hasReceived = true;
    return true;
  }

  /** No other frame has arrived on this connection. */
  get isFirstFrame(): boolean {
    return !this.hasReceived;
  }

  /** Tells the client how many frames have arrived, and how many it has been sent (PROTOCOL.md R72). */
  private acknowledge(): void {
    const { resumable } = this;
    if (!resumable) return;
    // The count has to be true at this point of the stream.
    this.host.broadcasts.flushFor(this);
    this.flushAcks();
    resumable.acknowledged();
    this.sendAtOnce(seenFrame({ received: resumable.received, sent: this.written }));
  }

  /** Whether a frame may be answered on arrival; otherwise it waits like any other, because its rate is used up. */
  admitOnArrival(bytes: number): boolean {
    return this.inbox.admitOnArrival(bytes);
  }

  measureLatency(callback: LatencyCallback): void {
    this.latency ??= new LatencyProbe();
    this.latency.request(this.socket, this.host.clock, callback);
  }

  /** No pong will arrive any more. */
  endLatency(): void {
    this.latency?.expireAll();
  }

  pong(payload: string): void {
    this.noteActivity(payload.length);
    if (this.response?.pong(payload, this.host.clock.now())) this.host.drained(this);
    const milliseconds = this.latency?.pong(payload, this.host.clock);
    if (milliseconds !== undefined) this.host.counters.observeLatency(milliseconds / 1000);
  }

  /** Counts bytes that a small request caused as if the session had sent them. */
  chargeBytes(bytes: number): void {
    this.inbox.chargeBytes(bytes);
  }

  /** It should get only the latest values, because its client reads slowly or not at all (PROTOCOL.md R108, R130). */
  get isBehind(): boolean {
    return this.socket.getBufferedAmount() > MAX_UNREAD_BYTES || this.isUnresponsive;
  }

  /** Its client has not answered a probe for so long that it must have stopped reading. */
  get isUnresponsive(): boolean {
    return this.response?.isOverdue(this.host.clock.now()) === true;
  }

  /** Asks whether the client still reads; see isUnresponsive. */
  probe(): void {
    this.response ??= new ResponseProbe();
    this.response.ping(this.socket, this.host.clock.now());
  }

  override drained(): void {
    super.drained();
    this.host.drained(this);
  }

  /** Counts deliveries that a frame of the session caused and that are made later; `bytes` is their total size. */
  chargeDeliveries(deliveries: number, bytes: number): void {
    this.inbox.chargeDeliveries(deliveries, bytes);
  }

  /** Called for a ping from the client. The socket has already answered it. */
  pinged(bytes: number): void {
    this.noteActivity(bytes);
  }

  /** Called once a second. An idle connection stays open as long as it answers pings (PROTOCOL.md H1). */
  heartbeatTick(): void {
    this.latency?.expireOverdue(this.host.clock);
    if (this.isAway) return;
    if (this.resumable?.tick()) this.acknowledge();
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
    if (this.isAway) {
      this.end();
      return;
    }
    this.host.broadcasts.flushFor(this);
    this.flushAcks();
    this.stopResuming();
    this.socket.close(close.code, close.reason);
  }

  /** Called when the connection has ended; `violation` when the WebSocket layer closed it because the peer broke RFC 6455. */
  closed(code: number, violation: boolean): void {
    const { host, state, resumable, isLagging } = this;
    const cause = this.cause ?? causeOf(code, violation, isLagging);
    host.counters.closed(this.endpoint.dialect, code, cause);
    if (cause === "frame-too-large") logOversizedFrame(this, host.logThrottle, host.limits.frameBytes);
    host.backlogs.remove(this);
    // A peer that closes without reading: its unsent bytes would be kept for seconds without being counted anywhere.
    if (isLagging && this.cause === undefined) this.socket.terminate();
    const seconds =
      resumable && state.kind === "named"
        ? awaySeconds({ code, violation, cause }, host.limits.resumeSeconds, resumable.reload)
        : 0;
    if (seconds === 0) {
      this.end();
      return;
    }
    this.detach();
    host.afterPublish(() => host.away.wentAway(this, seconds * 1000));
  }

  /** The session cannot be resumed any more. Frames that still wait are handled; until then it stays a member. */
  end(): void {
    if (this.isClosed) return;
    if (this.resumable) this.host.away.ending(this);
    this.isClosed = true;
    this.isLive = false;
    this.dropAcks();
    this.stopResuming();
    this.checkRoom();
    const { host } = this;
    host.connectionEnded(this);
    host.afterPublish(() => {
      host.away.ended(this);
      this.inbox.end();
    });
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
    const handled = pending?.catch((error: unknown) =>
      logThrottle.error("a frame could not be handled", failureText(error), { error }),
    );
    // Both, when other nodes of a cluster are still to say how many took it.
    return delivery && handled ? delivery.then(() => handled) : (delivery ?? handled);
  }

  reject(frame: Payload, reason: DropReason): void {
    if (this.reports) this.reports.settleNewest(() => this.host.rejected(this, frame, reason));
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
