import { parseResume } from "@achex/protocol";
import type { Fetched } from "../handover/handover-port.ts";
import type { Handshake } from "../http/upgrade.ts";
import type { AddressUse } from "../session/address-limits.ts";
import type { Payload, Socket, SocketOwner } from "../socket.ts";
import type { RefusedResume, ResumeAttempt } from "./resumes.ts";

/** Milliseconds within which the first frame must arrive (PROTOCOL.md R73). */
const FIRST_FRAME_MILLISECONDS = 5_000;

export interface ResumeHandshakeDeps {
  /** Gives the socket to the session of the token, or says why not. */
  resume(attempt: ResumeAttempt, handshake: Handshake): RefusedResume | undefined;
  /**
   * Brings the session here, if another node of the cluster has it, and for a new page ends its calls, which that does not know
   * (PROTOCOL.md R79, R168). Then it calls `done`.
   */
  prepare(attempt: ResumeAttempt, handshake: Handshake, done: (fetched: Fetched) => void): void;
  /** Gives the socket to a new session, after a frame that says why; closes it when no session can be opened. */
  openNew(reason: string | undefined): void;
  /** Closes the connection: it cannot be known now what becomes of the session (PROTOCOL.md R168). */
  tryAgain(): void;
  /** The connection has ended before it had a session. */
  abandoned(): void;
}

/**
 * A connection that was opened to resume a session: it has none until its first frame says which (PROTOCOL.md R73). A new session
 * would use an id and a place under the limits for nothing.
 */
export class ResumeHandshake implements SocketOwner {
  /** The session is on its way, or the calls of the former page are being ended. */
  private isPreparing = false;
  private isClosed = false;

  constructor(
    readonly handshake: Handshake,
    readonly socket: Socket,
    readonly addressUse: AddressUse,
    private readonly opened: number,
    private readonly deps: ResumeHandshakeDeps,
  ) {
    socket.data.owner = this;
  }

  receive(frame: Payload): void {
    // The client has to wait for the reply (PROTOCOL.md R73).
    if (this.isPreparing) return;
    const attempt = typeof frame === "string" ? parseResume(frame) : undefined;
    if (typeof attempt !== "object" || attempt.kind !== "resume") {
      this.deps.openNew(undefined);
      this.socket.data.owner?.receive(frame);
    } else {
      this.isPreparing = true;
      this.deps.prepare(attempt, this.handshake, (fetched) => this.attempt(attempt, fetched));
    }
  }

  private attempt(attempt: ResumeAttempt, fetched: Fetched): void {
    // Meanwhile, since it was being prepared.
    if (this.isClosed) return;
    if (fetched === "unreachable") {
      this.deps.tryAgain();
      return;
    }
    const refused = fetched === "here" ? this.deps.resume(attempt, this.handshake) : fetched;
    if (refused) this.deps.openNew(refused.frame);
  }

  /** Called once a second. The client may be one that waits for `$hello`. */
  tick(now: number): void {
    if (!this.isPreparing && now - this.opened >= FIRST_FRAME_MILLISECONDS) this.deps.openNew(undefined);
  }

  pinged(): void {}

  pong(): void {}

  drained(): void {}

  closed(): void {
    this.isClosed = true;
    this.deps.abandoned();
  }
}
