import { type FaultCode, faultEventFrame, type ResumeRequest, resumableFrame, resumeGapFrame } from "@achex/protocol";
import type { Auth } from "../auth.ts";
import type { Limits } from "../config/limits.ts";
import type { Counters } from "../metrics/counters.ts";
import type { AddressUse } from "../session/address-limits.ts";
import type { Session } from "../session/session.ts";
import type { Endpoint } from "../session/session-state.ts";
import type { Socket } from "../socket.ts";
import { FrameLog } from "./frame-log.ts";
import type { HeldBytes } from "./held-bytes.ts";
import { Resumable } from "./resumable.ts";
import type { Tokens } from "./tokens.ts";

export type ResumeAttempt = Extract<ResumeRequest, { kind: "resume" }>;

/** A connection that is to take over a session. */
export interface NewConnection {
  readonly socket: Socket;
  readonly endpoint: Endpoint;
  readonly addressUse: AddressUse;
}

/** A resume that was refused: its fault, and the frame that carries it. */
export interface RefusedResume {
  readonly code: FaultCode;
  readonly frame: string;
}

/** Gives the session the place of its new connection under the limits per address. */
export type MoveAddress = (session: Session, to: AddressUse) => void;

export interface ResumableSession {
  readonly session: Session;
  readonly resumable: Resumable;
}

export interface ResumesDeps {
  readonly limits: Limits;
  readonly auth: Pick<Auth, "isCurrent">;
  readonly counters: Counters;
  readonly tokens: Tokens<Session>;
  readonly held: HeldBytes;
  readonly moveAddress: MoveAddress;
  /** The frame that says that a session has been resumed. */
  resumedFrame(session: Session, received: number, replay: number): string;
}

const refused = (code: FaultCode): RefusedResume => ({ code, frame: faultEventFrame(code, 0) });

/** Why a client that has received so many frames cannot continue. */
function problemOf(log: FrameLog, received: number): RefusedResume | undefined {
  if (received < log.acknowledged || received > log.total) return refused("bad-count");
  const missing = log.firstHeld - 1 - received;
  return missing > 0 ? { code: "resume-gap", frame: resumeGapFrame(missing) } : undefined;
}

/** Makes sessions resumable, and gives them to new connections (PROTOCOL.md R70, R73, R74). */
export class Resumes {
  constructor(private readonly deps: ResumesDeps) {}

  get isOff(): boolean {
    return this.deps.limits.resumeSeconds === 0;
  }

  /** Handles the first frame of a connection that asks for it. Counting starts with the frame after. */
  enable(session: Session, reload: boolean): void {
    const { limits, tokens, held } = this.deps;
    if (this.isOff) {
      this.deps.counters.fault("resume-off");
      session.sendUncounted(faultEventFrame("resume-off", 0));
      return;
    }
    const { token, digest } = tokens.issue(session);
    session.sendUncounted(resumableFrame(token, limits.resumeSeconds));
    session.becomeResumable(new Resumable(digest, new FrameLog(limits, held), reload));
  }

  /** Gives the session of a token to a connection, or says why not; then the connection stays as it is. */
  resume(attempt: ResumeAttempt, connection: NewConnection): RefusedResume | undefined {
    const outcome = this.decide(attempt, connection);
    this.deps.counters.resume(outcome?.code ?? "resumed");
    if (outcome) this.deps.counters.fault(outcome.code);
    return outcome;
  }

  /** The session that a new page is about to take over; undefined when the attempt will fail (PROTOCOL.md R79). */
  sessionForPage(attempt: ResumeAttempt, endpoint: Pick<Endpoint, "instance">): Session | undefined {
    const found = this.find(attempt, endpoint);
    return "code" in found || problemOf(found.resumable.log, attempt.received) ? undefined : found.session;
  }

  /** The session that an attempt is for, or why it fails already. */
  private find({ token, generation }: ResumeAttempt, { instance }: Pick<Endpoint, "instance">) {
    return this.findFor({ digest: this.deps.tokens.digest(token), generation }, instance);
  }

  /** The same for an attempt whose client has connected to another node. */
  findFor(
    attempt: { readonly digest: string; readonly generation: number },
    instance: string,
  ): ResumableSession | RefusedResume {
    if (this.isOff) return refused("resume-off");
    const session = this.deps.tokens.withDigest(attempt.digest);
    const resumable = session?.resumable;
    if (!session || !resumable || session.instance !== instance) return refused("resume-unknown");
    const { state } = session;
    // One that has not logged in may be away after a restart, while its login is checked again.
    if (state.kind === "named" && !this.deps.auth.isCurrent(state.grant)) return refused("resume-unknown");
    return attempt.generation > resumable.generation ? { session, resumable } : refused("resume-stale");
  }

  /** Counts an attempt that failed before it had a session. */
  countRefused({ code }: RefusedResume): void {
    this.deps.counters.resume(code);
    this.deps.counters.fault(code);
  }

  private decide(attempt: ResumeAttempt, connection: NewConnection): RefusedResume | undefined {
    const found = this.find(attempt, connection.endpoint);
    if ("code" in found) return found;
    const { session, resumable } = found;
    resumable.generation = attempt.generation;
    // The old connection ends before the counts are read: it could still bring frames, or take some.
    session.replaceConnection();
    const { log } = resumable;
    const { received } = attempt;
    const problem = problemOf(log, received);
    if (problem) {
      session.end();
      return problem;
    }
    log.acknowledge(received);
    // A new page knows nothing of what the former one was sent.
    if (attempt.reload) resumable.events.forget();
    const { socket, endpoint, addressUse } = connection;
    this.deps.moveAddress(session, addressUse);
    session.continueOn(socket, endpoint, () =>
      this.deps.resumedFrame(session, resumable.received, log.total - received),
    );
    return undefined;
  }
}
