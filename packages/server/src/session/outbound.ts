import type { AckBatcher } from "../delivery/ack-batcher.ts";
import type { Member } from "../delivery/channels.ts";
import type { ShardedBroadcast } from "../delivery/sharded-broadcast.ts";
import type { BacklogCap, Lagging } from "../fairness/backlog-cap.ts";
import type { Counters } from "../metrics/counters.ts";
import type { FrameLog, SharedFrame } from "../resume/frame-log.ts";
import {
  closedSocket,
  type Payload,
  type SendResult,
  SOCKET_BACKPRESSURE,
  SOCKET_CLOSED,
  type Socket,
  sendResultOf,
} from "../socket.ts";

/** The services that the sending side of a session uses. */
export interface OutboundDeps {
  readonly counters: Counters;
  readonly acks: Pick<AckBatcher, "shouldDelay" | "add">;
  readonly broadcasts: Pick<ShardedBroadcast, "flushFor">;
  readonly backlogs: Pick<BacklogCap, "add" | "remove">;
}

/** Acknowledgements of one session that may wait, so that a burst of messages does not grow the memory it holds. */
const MAX_HELD_ACKS = 64;

/**
 * The sending side of a session. Everything a client receives passes through here, except messages to a topic. A base class
 * rather than a part, because an object more for each connection would be memory.
 */
export abstract class Outbound implements Lagging, Member {
  abstract readonly id: number;
  protected abstract readonly host: OutboundDeps;
  /** The session has ended and receives nothing. */
  isClosed = false;
  /** Its connection has dropped, and it may still be resumed. */
  abstract readonly isAway: boolean;
  protected isLagging = false;
  /** Its connection; set by the session alone. */
  socket: Socket = closedSocket;
  /** Frames go to the connection. Otherwise there is none, or it is still being sent the frames it missed. */
  isLive = false;
  /** Holds the counted frames of a session that can be resumed. */
  log: FrameLog | undefined;
  /** Acknowledgements that go out with the next frame; see AckBatcher. */
  private heldAcks: string[] | undefined;

  send(text: string): void {
    this.host.counters.sent(text);
    if (this.writeFrame(text) === "waiting") this.markLagging();
  }

  /** Sends a stored message, text or binary. */
  sendStored(payload: Payload): void {
    this.host.counters.delivered(1, payload);
    if (this.writeFrame(payload) === "waiting") this.markLagging();
  }

  /**
   * Sends a frame that is not counted for a resume, such as presence, watches or reports (PROTOCOL.md R71). A client that is
   * not live does not get it: it is told the present state when it has caught up.
   */
  sendUncounted(text: string): void {
    this.host.counters.sent(text);
    if (this.writeUncounted(text) === "waiting") this.markLagging();
  }

  /** The same, but also to a client that is not live yet, because it is about the connection: it may overtake what waits. */
  sendAtOnce(text: string): void {
    this.host.counters.sent(text);
    if (sendResultOf(this.socket.send(text)) === "waiting") this.markLagging();
  }

  /**
   * Hands a frame to the connection, together with the acknowledgements and broadcasts that must arrive before it. A session
   * that can be resumed accepts every frame. `shared` stands for the frame in the logs of all sessions that it is sent to.
   */
  writeFrame(frame: Payload, shared?: SharedFrame): SendResult {
    this.host.broadcasts.flushFor(this);
    const { heldAcks, log } = this;
    if (heldAcks) return this.writeAfterAcks(heldAcks, frame, shared);
    if (!log || log.hasEnded) return sendResultOf(this.socket.send(frame));
    record(log, frame, shared);
    return this.isLive && this.socket.send(frame) === SOCKET_BACKPRESSURE ? "waiting" : "sent";
  }

  writeUncounted(frame: Payload): SendResult {
    this.host.broadcasts.flushFor(this);
    this.flushAcks();
    return this.isLive ? sendResultOf(this.socket.send(frame)) : "closed";
  }

  private writeAfterAcks(acks: readonly string[], frame: Payload, shared: SharedFrame | undefined): SendResult {
    const { log, socket } = this;
    this.heldAcks = undefined;
    const isHeld = log !== undefined && !log.hasEnded;
    if (isHeld) {
      // All of them before the first is sent: the connection may end in that call.
      for (const text of acks) log.record(text);
      record(log, frame, shared);
      if (!this.isLive) return "sent";
    }
    const status = socket.cork(() => {
      for (const text of acks) socket.send(text);
      return socket.send(frame);
    });
    return isHeld && status === SOCKET_CLOSED ? "sent" : sendResultOf(status);
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

  protected dropAcks(): void {
    this.heldAcks = undefined;
  }

  /** A client that is not live is subscribed to all its topics in the moment in which it is. */
  subscribe(topic: string): void {
    if (this.isLive) this.socket.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    this.socket.unsubscribe(topic);
  }

  /** Called when the session first has unsent bytes. */
  markLagging(): void {
    if (this.isLagging || this.isClosed) return;
    this.isLagging = true;
    this.host.backlogs.add(this);
  }

  /** Called when all bytes have been written. */
  drained(): void {
    this.isLagging = false;
    this.host.backlogs.remove(this);
  }

  abstract disconnectForBacklog(): void;
}

function record(log: FrameLog, frame: Payload, shared: SharedFrame | undefined): void {
  if (shared) log.recordShared(shared);
  else log.record(frame);
}
