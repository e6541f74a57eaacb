import { closeOf } from "@achex/protocol";
import type { CloseCause } from "../metrics/counters.ts";
import { CatchUp, type CatchUpDeps, MAX_UNSENT_BYTES } from "../resume/catch-up.ts";
import type { Resumable } from "../resume/resumable.ts";
import { closedSocket, type Socket, type SocketOwner } from "../socket.ts";
import { FrameReports } from "./frame-reports.ts";
import { Outbound, type OutboundDeps } from "./outbound.ts";
import type { Endpoint } from "./session-state.ts";

export interface ConnectedDeps extends OutboundDeps {
  /** Sends frames that were missed. */
  readonly catchUp: CatchUpDeps;
  readonly tokens: { delete(digest: string): void };
}

/**
 * Which connection a session has. It outlives its connections when it can be resumed: it is live, away, or on a new connection
 * that still has to be sent what it missed (PROTOCOL.md R73 to R75).
 */
export abstract class ConnectedSession extends Outbound implements SocketOwner {
  protected abstract override readonly host: ConnectedDeps;
  /** Set if the client asked for reports. They belong to a connection. */
  reports: FrameReports | undefined;
  /** Set if the session can be resumed. */
  resumable: Resumable | undefined;
  protected catchUp: CatchUp | undefined;
  protected cause: CloseCause | undefined;
  private whenRoom: (() => void) | undefined;
  /** A frame has arrived on this connection. */
  protected hasReceived = false;

  constructor(public endpoint: Endpoint) {
    super();
  }

  /** Frames that wait to be handled. */
  abstract get waitingFrames(): number;
  /** The topics of everything the session is in or follows. */
  protected abstract topics(): Iterable<string>;
  protected abstract hasNewConnection(): void;
  protected abstract hasCaughtUp(): void;
  abstract receive(frame: string | Uint8Array): void;
  abstract pinged(bytes: number): void;
  abstract pong(payload: string): void;
  abstract closed(code: number, violation: boolean): void;

  /** The first connection of the session. */
  begin(socket: Socket): void {
    this.isLive = true;
    this.attach(socket);
  }

  /** Counting starts with the next frame, both ways. */
  becomeResumable(resumable: Resumable): void {
    this.resumable = resumable;
    this.log = resumable.log;
  }

  /** Ends the connection, if there is one, because another takes its place, and settles what is still to be sent. */
  replaceConnection(): void {
    const { socket } = this;
    const hasUnsentBytes = socket.getBufferedAmount() > 0;
    this.closeAndKeep("replaced", "replaced");
    // They would be kept until a peer that does not read times out.
    if (hasUnsentBytes) socket.terminate();
    this.host.broadcasts.flushFor(this);
    this.flushAcks();
  }

  /** Ends the connection, if there is one, and keeps the session. */
  closeAndKeep(name: "replaced" | "restarting", cause: CloseCause): void {
    if (this.isAway) return;
    const { socket, endpoint, host } = this;
    const close = closeOf(name, endpoint.dialect);
    this.detach();
    host.counters.closed(endpoint.dialect, close.code, cause);
    socket.close(close.code, close.reason);
  }

  /** Continues on a new connection: `first` is sent first, then the frames that its client has missed. */
  continueOn(socket: Socket, endpoint: Endpoint, first: () => string): void {
    const { resumable, host } = this;
    if (!resumable) return;
    this.endpoint = endpoint;
    this.hasReceived = true;
    this.attach(socket);
    this.hasNewConnection();
    resumable.acknowledged();
    this.sendAtOnce(first());
    // The connection may have ended in that call.
    if (this.socket !== socket) return;
    this.catchUp = new CatchUp(resumable.log, socket, this, host.catchUp, resumable.log.acknowledged);
    this.catchUp.resume();
  }

  /** Every frame has been written: from here on, frames and topics reach the connection directly. */
  caughtUp(): void {
    this.catchUp = undefined;
    this.isLive = true;
    for (const topic of this.topics()) this.socket.subscribe(topic);
    this.hasCaughtUp();
  }

  /** The log has overflowed. The next resume of the client fails with the number of frames it misses. */
  fellBehind(): void {
    this.disconnectForBacklog();
  }

  /** It has no connection and may be resumed. */
  get isAway(): boolean {
    return this.socket === closedSocket && !this.isClosed;
  }

  /** It has a connection that has not been sent every frame yet. */
  get isCatchingUp(): boolean {
    return this.catchUp !== undefined;
  }

  /** Number of the last counted frame that was written to a connection. */
  get written(): number {
    const { log } = this;
    if (!log) return 0;
    return this.catchUp?.written ?? (this.isAway ? log.written : log.total);
  }

  private attach(socket: Socket): void {
    const { endpoint, host } = this;
    socket.data.owner = this;
    this.socket = socket;
    this.reports = endpoint.reports && new FrameReports((text) => this.sendUncounted(text), this.waitingFrames);
    host.counters.opens(endpoint.dialect);
  }

  protected detach(): void {
    const { log, written } = this;
    if (log) log.written = written;
    // Late events of the connection must not reach the session.
    this.socket.data.owner = undefined;
    this.socket = closedSocket;
    this.isLive = false;
    this.catchUp?.stop();
    this.catchUp = undefined;
    this.host.backlogs.remove(this);
    this.isLagging = false;
    this.reports = undefined;
    this.cause = undefined;
  }

  protected stopResuming(): void {
    const { resumable } = this;
    if (!resumable) return;
    this.resumable = undefined;
    this.catchUp?.stop();
    this.host.tokens.delete(resumable.digest);
    resumable.log.end();
  }

  override drained(): void {
    super.drained();
    this.catchUp?.resume();
    this.checkRoom();
  }

  /**
   * Whether a long series of frames may go on: little waits to be sent, and the log has room for what others send. Otherwise
   * `whenRoom` is called once there is room, or the session has ended.
   */
  hasRoom(whenRoom: () => void): boolean {
    if (this.isRoomy()) return true;
    this.whenRoom = whenRoom;
    return false;
  }

  /** Called when something has been sent or acknowledged. */
  checkRoom(): void {
    const { whenRoom } = this;
    if (!whenRoom || !this.isRoomy()) return;
    this.whenRoom = undefined;
    whenRoom();
  }

  private isRoomy(): boolean {
    return this.isClosed || (this.socket.getBufferedAmount() < MAX_UNSENT_BYTES && this.log?.isHalfEmpty !== false);
  }

  disconnectForBacklog(): void {
    this.cause = "backlog";
    this.socket.terminate();
  }
}
