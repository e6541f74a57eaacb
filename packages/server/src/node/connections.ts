import { closeOf, SUBPROTOCOL } from "@achex/protocol";
import type { Fetched } from "../handover/handover-port.ts";
import type { Handshake } from "../http/upgrade.ts";
import { ResumeHandshake } from "../resume/resume-handshake.ts";
import type { ResumeAttempt } from "../resume/resumes.ts";
import type { AddressLimiter, AddressUse } from "../session/address-limits.ts";
import { Session } from "../session/session.ts";
import type { SessionHost } from "../session/session-host.ts";
import type { Endpoint } from "../session/session-state.ts";
import type { Socket, SocketOwner } from "../socket.ts";
import type { Core } from "./core.ts";

export interface ConnectionsDeps {
  readonly core: Core;
  readonly sessions: Map<number, Session>;
  readonly addresses: AddressLimiter;
  readonly host: SessionHost<Session>;
  /** undefined when every session id has been used. */
  readonly ids: { next(isUsed: (id: number) => boolean): number | undefined };
  /** Sends what its dialect sends on connect. */
  greet(session: Session): void;
}

/** Gives each new connection its owner: a session, or what waits for the frame that says which session it resumes. */
export class Connections {
  private readonly handshakes = new Set<ResumeHandshake>();

  constructor(private readonly deps: ConnectionsDeps) {}

  /** Connections that have no session yet. */
  get waiting(): number {
    return this.handshakes.size;
  }

  /** Returns undefined when every session id is in use. */
  open(handshake: Handshake, socket: Socket): SocketOwner | undefined {
    const addressUse = this.deps.addresses.sessionOpened(handshake.address);
    if (!handshake.resumes) return this.openSession(handshake, socket, addressUse);
    const owner = new ResumeHandshake(handshake, socket, addressUse, this.deps.core.clock.now(), {
      resume: (attempt, { endpoint }) => {
        const refused = this.deps.core.resumes.resume(attempt, { socket, endpoint, addressUse });
        if (!refused) this.handshakes.delete(owner);
        return refused;
      },
      prepare: (attempt, { endpoint }, done) => this.prepare(attempt, endpoint, done),
      openNew: (reason) => this.openAfter(owner, reason),
      tryAgain: () => this.refuse(owner),
      abandoned: () => {
        this.handshakes.delete(owner);
        this.deps.addresses.sessionClosed(addressUse, false);
      },
    });
    this.handshakes.add(owner);
    return owner;
  }

  /** Creates a session that was saved before a restart, without a connection. */
  restore(id: number, instance: string, address: string): Session {
    const { sessions, addresses, host } = this.deps;
    const endpoint = { dialect: SUBPROTOCOL, instance, listenerIndex: 0 } as const;
    const session = new Session(id, endpoint, addresses.sessionOpened(address), host);
    sessions.set(id, session);
    return session;
  }

  /** Must be called once a second. */
  *tick(): Generator<void> {
    const now = this.deps.core.clock.now();
    for (const handshake of this.handshakes) {
      handshake.tick(now);
      yield;
    }
  }

  private prepare(attempt: ResumeAttempt, endpoint: Endpoint, done: (fetched: Fetched) => void): void {
    const { core } = this.deps;
    const here = (): void => {
      // Before the resume: a call of the new page may have the id of one that the former page left open.
      const session = attempt.reload ? core.resumes.sessionForPage(attempt, endpoint) : undefined;
      if (session) core.inSlices(this.endCalls(session, () => done("here")));
      else done("here");
    };
    if (!core.handover || core.resumes.isOff) {
      here();
      return;
    }
    core.handover.fetch(attempt, endpoint.instance, (fetched) => {
      if (fetched === "here") {
        here();
        return;
      }
      if (fetched !== "unreachable") core.resumes.countRefused(fetched);
      done(fetched);
    });
  }

  private *endCalls({ id }: Session, done: () => void): Generator<void> {
    yield* this.deps.core.openCalls.sessionEnded(id);
    done();
  }

  private refuse(owner: ResumeHandshake): void {
    const { socket, addressUse } = owner;
    this.handshakes.delete(owner);
    this.deps.addresses.sessionClosed(addressUse, false);
    socket.data.owner = undefined;
    const close = closeOf("unreachable", SUBPROTOCOL);
    socket.close(close.code, close.reason);
  }

  /** The connection did not resume a session, so it needs a new one, and a place for it. */
  private openAfter(owner: ResumeHandshake, reason: string | undefined): void {
    const { core, sessions, addresses } = this.deps;
    const { handshake, socket, addressUse } = owner;
    this.handshakes.delete(owner);
    socket.data.owner = undefined;
    if (reason !== undefined) {
      core.counters.sent(reason);
      socket.send(reason);
    }
    const isFull = core.limits.sessions > 0 && sessions.size >= core.limits.sessions;
    if (isFull || addresses.hasTooMany(addressUse)) {
      core.counters.refusedConnection(isFull ? "sessions" : "sessions-per-address");
      addresses.sessionClosed(addressUse, false);
    } else if (this.openSession(handshake, socket, addressUse)) return;
    const close = closeOf("noSessionId", handshake.endpoint.dialect);
    socket.close(close.code, close.reason);
  }

  private openSession(handshake: Handshake, socket: Socket, addressUse: AddressUse): Session | undefined {
    const { core, sessions, addresses, host, ids, greet } = this.deps;
    if (core.scheduler.isFrozen) {
      // The relay stops, and no id may be given out after the last one has been saved.
      addresses.sessionClosed(addressUse, false);
      return undefined;
    }
    const id = ids.next((candidate) => sessions.has(candidate));
    if (id === undefined) {
      core.counters.refusedConnection("no-session-id");
      core.logThrottle.error("no session id is free; the connection was closed", "", { sessions: sessions.size });
      addresses.sessionClosed(addressUse, false);
      return undefined;
    }
    const session = new Session(id, handshake.endpoint, addressUse, host);
    sessions.set(id, session);
    session.begin(socket);
    greet(session);
    return session;
  }
}
