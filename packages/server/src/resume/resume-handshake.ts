import { parseResume } from "@achex/protocol";
import type { Handshake } from "../http/upgrade.ts";
import type { AddressUse } from "../session/address-limits.ts";
import type { Payload, Socket, SocketOwner } from "../socket.ts";
import type { RefusedResume, ResumeAttempt } from "./resumes.ts";

/** Milliseconds within which the first frame must arrive (PROTOCOL.md R73). */
const FIRST_FRAME_MILLISECONDS = 5_000;

export interface ResumeHandshakeDeps {
  /** Gives the socket to the session of the token, or says why not. */
  resume(attempt: ResumeAttempt, handshake: Handshake): RefusedResume | undefined;
  /** Gives the socket to a new session, after a frame that says why; closes it when no session can be opened. */
  openNew(reason: string | undefined): void;
  /** The connection has ended before it had a session. */
  abandoned(): void;
}

/**
 * A connection that was opened to resume a session: it has none until its first frame says which (PROTOCOL.md R73). A new session
 * would use an id and a place under the limits for nothing.
 */
export class ResumeHandshake implements SocketOwner {
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
    const attempt = typeof frame === "string" ? parseResume(frame) : undefined;
    if (typeof attempt === "object" && attempt.kind === "resume") {
      const refused = this.deps.resume(attempt, this.handshake);
      if (refused) this.deps.openNew(refused.frame);
      return;
    }
    this.deps.openNew(undefined);
    this.socket.data.owner?.receive(frame);
  }

  /** Called once a second. The client may be one that waits for `$hello`. */
  tick(now: number): void {
    if (now - this.opened >= FIRST_FRAME_MILLISECONDS) this.deps.openNew(undefined);
  }

  pinged(): void {}

  pong(): void {}

  drained(): void {}

  closed(): void {
    this.deps.abandoned();
  }
}
