import { type Dialect, leftHubFrame } from "@achex/protocol";
import { type Attributes, keyOf, type Room } from "../achex2/state.ts";
import { TURN_SERVICE } from "./frame-generator.ts";
import { faultText, LARGE, resultText, roomReplyText, type SimFrame, type SimRequest } from "./frames.ts";
import { ModelCalls } from "./model-calls.ts";
import { receiversOf } from "./model-receivers.ts";
import { legacyReply, type Reply, stampedText, takenBy } from "./model-replies.ts";
import { ModelRooms } from "./model-rooms.ts";
import { ModelSession } from "./model-session.ts";
import { TurnMessages } from "./turn-messages.ts";

type RequestOf<Kind extends SimRequest["kind"]> = Extract<SimRequest, { kind: Kind }>;
const OK: Reply = { result: {} };

/**
 * The rules of PROTOCOL.md implemented a second time, in the simplest way: no logs, no topics, a scan over all sessions for each
 * message. A session that is away receives what it would receive if it were present.
 */
export class ResumeModel {
  readonly sessions = new Map<number, ModelSession>();
  readonly turns = new TurnMessages();
  private readonly calls = new ModelCalls(this.sessions);
  private drops = 0;
  /** When the server last started. The grace of a host that is away then starts over. */
  restarted = 0;

  readonly rooms: ModelRooms;

  /** `termOf` returns the term that the server says a room has. */
  constructor(
    private readonly now: () => number,
    termOf: (room: Room) => number | undefined,
  ) {
    this.rooms = new ModelRooms(termOf);
  }

  open(id: number, dialect: Dialect, instance: string): ModelSession {
    const session = new ModelSession(id, dialect, instance);
    this.sessions.set(id, session);
    if (dialect === "classic") session.expect(`{"SID":${id}}`);
    return session;
  }

  /** A frame has arrived. It waits while a login is checked. */
  receive(session: ModelSession, frame: SimFrame): void {
    if (session.pendingLogin) session.pendingLogin.frames.push(frame);
    else this.handle(session, frame);
  }

  decideLogin(session: ModelSession): void {
    const { pendingLogin } = session;
    if (!pendingLogin) throw new Error(`session ${session.id} has no pending login`);
    session.pendingLogin = undefined;
    this.reply(session, pendingLogin.frame, this.login(session, pendingLogin.frame));
    for (const frame of pendingLogin.frames) this.receive(session, frame);
    if (session.state === "closed" && !session.pendingLogin) this.end(session);
  }

  /** The connection has ended; `window` in seconds, undefined when the session ends with it. */
  disconnect(session: ModelSession, window: number | undefined): void {
    if (window !== undefined && session.isResumable && session.name !== undefined) {
      session.state = "away";
      session.awaySince = this.now();
      session.drop = ++this.drops;
      session.window = window;
      return;
    }
    session.state = "closed";
    if (!session.pendingLogin) this.end(session);
  }

  /** The server has restarted: sessions that can resume are away, all others have left. */
  restart(window: number): void {
    this.restarted = this.now();
    for (const session of [...this.sessions.values()]) {
      if (session.isOpen && session.isResumable) continue;
      session.pendingLogin = undefined;
      this.end(session);
    }
    for (const session of this.sessions.values()) {
      if (session.state === "present") {
        session.awaySince = this.now();
        session.window = window;
      }
      // Those that were away before have been for longer.
      session.state = "away";
      session.drop = ++this.drops;
    }
  }

  /** The session is present again. A new page knows nothing of the calls of the old one, so they end. */
  resume(session: ModelSession, isNewPage: boolean): void {
    session.state = "present";
    if (isNewPage) this.calls.sessionEnded(session.id);
    if (session.names.includes(TURN_SERVICE)) this.turns.instancePresent(session);
  }

  /** All large messages have been sent to everybody. */
  slicesDone(): void {
    for (const { sliced, expected } of this.sessions.values())
      for (const place of sliced.values()) place.last = Math.min(place.last, expected.length);
  }

  /** The session leaves everything, in the order in which the others learn of it. */
  end(session: ModelSession): void {
    session.state = "closed";
    this.calls.sessionEnded(session.id);
    for (const { room } of [...session.rooms.values()]) this.leaveRoom(session, room);
    session.names = [];
    session.state = "ended";
    this.sessions.delete(session.id);
  }

  /** Members of a room, in the order of their ids. */
  members(instance: string, room: Room): ModelSession[] {
    return this.inInstance(instance)
      .filter((session) => session.isIn(room))
      .toSorted((a, b) => a.id - b.id);
  }

  isOnline(instance: string, name: string): boolean {
    return this.inInstance(instance).some(({ names }) => names.includes(name));
  }

  private handle(session: ModelSession, frame: SimFrame): void {
    const { request } = frame;
    if (request.kind === "login" && request.ticket !== undefined) session.pendingLogin = { frame, frames: [] };
    else if (request.kind === "echo") session.expect(request.text);
    else if (request.kind === "write" && frame.ref !== undefined && session.isIn(request.write.room)) {
      this.rooms.write(session, frame.ref, request.write);
      session.expect(roomReplyText(frame.ref));
    } else if (request.kind === "handOver" && frame.ref !== undefined) session.expect(roomReplyText(frame.ref));
    else this.reply(session, frame, this.replyTo(session, frame));
  }

  private replyTo(session: ModelSession, frame: SimFrame): Reply {
    const { request } = frame;
    switch (request.kind) {
      case "login":
        return this.login(session, frame);
      case "message":
        return this.message(session, request);
      case "call":
        return this.call(session, request);
      case "answer":
        return this.answer(session, request);
      case "cancel":
        return this.cancel(session, request);
      case "join":
        return this.join(session, request);
      case "leave":
        return session.isIn(request.room) ? this.leave(session, request.room) : { fault: "not-member" };
      case "watch":
      case "unwatch":
        return this.watch(session, request);
      case "retire":
        if (session.name === undefined) return { fault: "not-logged-in" };
        session.names = [];
        session.service = undefined;
        return OK;
      case "write":
      case "handOver":
        return { fault: "not-member" };
      case "invalid":
        return { fault: request.fault };
      default:
        return { result: { time: 0 } };
    }
  }

  private reply(session: ModelSession, { ref, request }: SimFrame, reply: Reply): void {
    if (!session.isAchex2) legacyReply(session, request, reply);
    else if (ref !== undefined)
      session.expect("fault" in reply ? faultText(ref, reply.fault) : resultText(ref, reply.result));
  }

  private login(session: ModelSession, { request }: SimFrame): Reply {
    if (request.kind !== "login") throw new Error(`${request.kind} is not a login`);
    if (!request.granted) return { fault: "wrong-password" };
    const { name, service } = request;
    session.name = name;
    session.service = service;
    session.names = [name];
    if (service !== undefined && session.state === "present") this.turns.instancePresent(session);
    return { result: { name } };
  }

  private message(sender: ModelSession, { address, message, fence }: RequestOf<"message">): Reply {
    if (sender.name === undefined) return { fault: "not-logged-in" };
    const { takers, legacyCount, missing, isNobody } = receiversOf(
      this.sessions.values(),
      sender,
      address,
      message.body !== undefined,
    );
    if (fence && this.rooms.isStale(fence.room, fence.term)) return { fault: "stale-term" };
    if (isNobody) return { fault: address.kind === "toS" ? "no-such-session" : "no-such-name" };
    const text = stampedText(sender, message);
    if (
      address.targets.length === 1 &&
      address.kind === "to" &&
      takers.some(({ service }) => service === TURN_SERVICE)
    ) {
      this.turns.send(text, takers);
      const held = takers.every(({ state }) => state === "away") ? { held: 1 } : {};
      return { result: { taken: 1, ...held } };
    }
    for (const taker of takers) {
      if (text.length < LARGE) taker.expect(text);
      else taker.sliced.set(text, { first: taker.expected.length, last: Number.POSITIVE_INFINITY });
    }
    const missed = legacyCount > 0 ? { missed: { dialect: legacyCount } } : {};
    return { result: { ...takenBy(takers), ...missed, ...(missing.length > 0 && { missing }) } };
  }

  private call(caller: ModelSession, { address, message, id }: RequestOf<"call">): Reply {
    if (caller.name === undefined) return { fault: "not-logged-in" };
    if (this.calls.isOpen(caller.id, id)) return { fault: "call-in-use" };
    const { takers, legacyCount } = receiversOf(this.sessions.values(), caller, address, true);
    const nobody = address.kind === "toS" ? "no-such-session" : "no-such-name";
    if (takers.length === 0) return { fault: legacyCount > 0 ? "old-dialect" : nobody };
    const text = stampedText(caller, message);
    for (const taker of takers) taker.expect(text);
    this.calls.begin(
      caller.id,
      id,
      takers.map((taker) => taker.id),
    );
    return { result: { ...takenBy(takers), ...(legacyCount > 0 && { missed: { dialect: legacyCount } }) } };
  }

  private answer(callee: ModelSession, request: RequestOf<"answer">): Reply {
    const { caller, id, isFinal, declines, message } = request;
    if (callee.name === undefined) return { fault: "not-logged-in" };
    if (!this.calls.mayAnswer(callee.id, caller, id)) return { fault: "no-such-call" };
    if (declines && this.calls.decline(callee.id, caller, id)) return OK;
    if (isFinal) this.calls.end(caller, id);
    const receiver = this.sessions.get(caller);
    if (!receiver?.isOpen) return { result: { taken: 0, missed: { backlog: 1 } } };
    receiver.expect(stampedText(callee, message));
    return { result: takenBy([receiver]) };
  }

  private cancel(caller: ModelSession, { id }: RequestOf<"cancel">): Reply {
    if (caller.name === undefined) return { fault: "not-logged-in" };
    if (!this.calls.isOpen(caller.id, id)) return { fault: "no-such-call" };
    this.calls.cancel(caller.id, id);
    return OK;
  }

  private join(session: ModelSession, request: RequestOf<"join">): Reply {
    if (session.name === undefined) return { fault: "not-logged-in" };
    const { room, presence, attributes, follows, wantsHost } = request;
    this.rooms.entered(room);
    this.rooms.follow(session, room, follows, wantsHost);
    const key = keyOf(room);
    const own: Attributes = attributes ?? session.rooms.get(key)?.attributes ?? {};
    const membership = session.rooms.get(key);
    if (membership) membership.attributes = own;
    else session.rooms.set(key, { room, attributes: own });
    if (presence === true) session.followed.add(key);
    else if (presence === false) session.followed.delete(key);
    return { result: { count: this.members(session.instance, room).length } };
  }

  private leave(session: ModelSession, room: Room): Reply {
    this.leaveRoom(session, room);
    return OK;
  }

  private leaveRoom(session: ModelSession, room: Room): void {
    session.rooms.delete(keyOf(room));
    session.followed.delete(keyOf(room));
    this.rooms.left(session, room, this.members(session.instance, room).length);
    if (room.kind !== "hub") return;
    const text = leftHubFrame(room.name, session.name ?? "", session.id);
    for (const member of this.members(session.instance, room)) member.expect(text);
  }

  private watch(session: ModelSession, { kind, names }: RequestOf<"watch" | "unwatch">): Reply {
    if (session.name === undefined) return { fault: "not-logged-in" };
    for (const name of names)
      if (kind === "watch") session.watched.add(name);
      else session.watched.delete(name);
    if (kind === "unwatch") return OK;
    return { result: { online: names.filter((name) => this.isOnline(session.instance, name)) } };
  }

  private inInstance(instance: string): ModelSession[] {
    return [...this.sessions.values()].filter((session) => session.instance === instance);
  }
}
