import type { Channel, Channels, Member } from "../delivery/channels.ts";
import { nextThatAccepts } from "../delivery/receivers.ts";
import type { Engine } from "../engine.ts";
import type { Session } from "../session/session.ts";
import type { Payload } from "../socket.ts";
import type { Call, OpenCalls } from "./open-calls.ts";

/** An instance with this many unsent bytes is given no held messages: those of minutes would exceed its backlog. */
const MAX_UNSENT_BYTES = 1024 ** 2;
/** Messages tried in one step, and then taken out of the log at once, because its later frames have to move up. */
const BATCH = 64;

/** A message of a service, and the call that it opens. */
interface TurnMessage {
  readonly channel: Channel;
  readonly call: Call | undefined;
}

/** One that an instance was given in turn while it was away. */
export interface HeldMessage extends TurnMessage {
  /** Its number in the session's log. */
  frame: number;
}

export interface TurnHoldsDeps {
  readonly engine: Pick<Engine, "publish">;
  readonly channels: Pick<Channels, "find">;
  readonly openCalls: OpenCalls;
  readonly sessions: ReadonlyMap<number, Session>;
  /** Runs a job in slices. */
  inSlices(steps: Iterator<void>): void;
}

/**
 * Messages to services whose instances take turns, held for an instance that is away because no other was there. They go to
 * another one as soon as there is one: none of them has been written to a connection, so nothing arrives twice, and the numbers
 * of frames that were written stay as they are (PROTOCOL.md R78).
 */
export class TurnHolds {
  private readonly held = new Map<Session, HeldMessage[]>();
  private isRunning = false;

  constructor(private readonly deps: TurnHoldsDeps) {}

  /** Messages held for sessions that are away. */
  get size(): number {
    let messages = 0;
    for (const one of this.held.values()) messages += one.length;
    return messages;
  }

  /** A message has just been recorded for a member whose turn it was. Does nothing unless that member is away. */
  taken(member: Pick<Member, "id" | "isAway">, channel: Channel, call?: Call): void {
    const session = member.isAway ? this.deps.sessions.get(member.id) : undefined;
    if (!session?.log) return;
    this.held.getOrInsertComputed(session, () => []).push({ frame: session.log.total, channel, call });
  }

  /** The messages that are held for a session; see taken(). */
  heldFor(session: Session): readonly Readonly<HeldMessage>[] {
    return this.held.get(session) ?? [];
  }

  /** A restored session holds these messages. */
  restore(session: Session, messages: readonly Readonly<HeldMessage>[]): void {
    if (messages.length > 0) this.held.set(session, [...messages]);
  }

  /** The session is at another node now, and so is what is held for it. */
  forget(session: Session): void {
    this.held.delete(session);
  }

  /** The session has been sent everything that was held for it. */
  caughtUp(session: Session): void {
    this.held.delete(session);
    this.reassign();
  }

  /** Gives held messages to instances that are there. To be called when there may be new ones, or those there have read more. */
  reassign(): void {
    if (this.held.size === 0 || this.isRunning) return;
    this.isRunning = true;
    this.deps.inSlices(this.reassignAll());
  }

  /** Gives the messages of a session that is about to end to other instances, even to one that is away. */
  takeOver(session: Session): void {
    const messages = this.held.get(session);
    if (!messages) return;
    this.held.delete(session);
    const unsent = messages.filter(({ frame }) => frame > session.written);
    const orphans = unsent.map(({ frame, ...message }) => ({ message, payload: session.log?.at(frame) }));
    this.deps.inSlices(this.giveAll(session, orphans));
  }

  private *reassignAll(): Generator<void> {
    try {
      for (const session of this.held.keys()) {
        // A session that has resumed is sent its messages itself.
        while (session.isAway && this.reassignSome(session)) yield;
      }
    } finally {
      this.isRunning = false;
    }
  }

  /** False when none of the session's messages could be given to another instance. */
  private reassignSome(session: Session): boolean {
    const { log } = session;
    // Those that a connection took before it dropped as well are the session's own for good.
    const messages = log && this.held.get(session)?.filter(({ frame }) => frame > log.written);
    if (!messages) return false;
    const given = new Set<HeldMessage>();
    for (const message of messages.slice(0, BATCH)) {
      const payload = log.at(message.frame);
      if (payload !== undefined && this.give(session, message, payload, false)) given.add(message);
    }
    if (given.size === 0) return false;
    log.removeUnsent(new Set(Array.from(given, ({ frame }) => frame)));
    let moved = 0;
    const left = messages.filter((message) => {
      if (given.has(message)) moved++;
      else message.frame -= moved;
      return !given.has(message);
    });
    if (left.length > 0) this.held.set(session, left);
    else this.held.delete(session);
    return left.length > 0;
  }

  private *giveAll(
    from: Session,
    messages: readonly { readonly message: TurnMessage; readonly payload: Payload | undefined }[],
  ): Generator<void> {
    for (const { message, payload } of messages) {
      if (payload !== undefined) this.give(from, message, payload, true);
      yield;
    }
  }

  /** Gives a message to the next instance that can take it. */
  private give(from: Session, { channel, call }: TurnMessage, payload: Payload, orAway: boolean): boolean {
    const { channels, engine, openCalls } = this.deps;
    const { instance, name } = channel;
    // The call was cancelled or answered: the frame that says so follows in the log.
    if (call && openCalls.find(call.caller, call.id) !== call) return false;
    const present = channels.find(instance, "name", name);
    if (!present?.owner?.roundRobin) return false;
    const receiver = nextThatAccepts(present, (member) => {
      if (member === from || (member.isAway && !orAway) || !this.canTake(member, payload, call)) return false;
      return (
        engine.publish({ instance, targets: [{ kind: "session", id: member.id }], payload, except: undefined }) > 0
      );
    });
    if (!receiver) return false;
    if (call) openCalls.moveCallee(call, from.id, receiver.id);
    this.taken(receiver, present, call);
    return true;
  }

  private canTake({ id, isAway }: Member, payload: Payload, call: Call | undefined): boolean {
    const session = this.deps.sessions.get(id);
    if (!session || session.isClosed) return false;
    if (!isAway && session.socket.getBufferedAmount() >= MAX_UNSENT_BYTES) return false;
    if (call && (call.callees.has(id) || !this.deps.openCalls.hasCalleeRoom(id))) return false;
    return session.endpoint.dialect === "achex.2" || (call === undefined && typeof payload === "string");
  }
}
