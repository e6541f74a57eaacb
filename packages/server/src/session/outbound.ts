import type { AckBatcher } from "../delivery/ack-batcher.ts";
import type { Member } from "../delivery/channels.ts";
import type { ShardedBroadcast } from "../delivery/sharded-broadcast.ts";
import type { BacklogCap, Lagging } from "../fairness/backlog-cap.ts";
import type { Counters } from "../metrics/counters.ts";
import { closedSocket, type Payload, type SendResult, type Socket, sendResultOf } from "../socket.ts";

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
  /** Acknowledgements that go out with the next frame; see AckBatcher. */
  private heldAcks: string[] | undefined;

  send(text: string): void {
    this.host.counters.sent(text);
    if (this.writeFrame(text) === "waiting") this.markLagging();
  }

  /** Sends a frame that is not counted for a resume: presence, watches, the time, reports (PROTOCOL.md R71). */
  sendUncounted(text: string): void {
    this.host.counters.sent(text);
    if (this.writeUncounted(text) === "waiting") this.markLagging();
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

  writeUncounted(frame: Payload): SendResult {
    return this.writeFrame(frame);
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

  subscribe(topic: string): void {
    this.socket.subscribe(topic);
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
