import type { Dialect } from "@achex/protocol";
import type { Expected, SimFrame, Target } from "./frames.ts";

type Login = Extract<SimFrame, { kind: "login" }>;
type Send = Extract<SimFrame, { kind: "send" }>;

/** Hubs and broadcasts that a simulated session may be in. */
export const CHANNEL_LIMIT = 4;
/** Services whose messages go to one session at a time. */
export const ROUND_ROBIN_SERVICES: readonly string[] = ["calc"];
const PONG_TIMEOUT = 10_000;

const namesOf = ({ name, service }: Login): string[] =>
  service === undefined || service === name ? [name] : [name, service];

export interface ModelSession {
  readonly id: number;
  readonly dialect: Dialect;
  readonly instance: string;
  name: string | undefined;
  service: string | undefined;
  names: string[];
  hubs: string[];
  broadcasts: string[];
  /** The login that is being checked, and the frames that wait behind it. */
  pendingLogin: { readonly login: Login; readonly frames: SimFrame[] } | undefined;
  isClosed: boolean;
  pingRequests: number;
  pingedAt: number;
  readonly expected: Expected[];
}

/**
 * The rules of PROTOCOL.md implemented a second time, in the simplest way: no topics, no queues, a scan over all sessions for
 * every message. Each session's `expected` lists the frames it should receive.
 */
export class ProtocolModel {
  readonly sessions = new Map<number, ModelSession>();
  /** Ids of the sessions with a name, in the order of their turns. */
  private readonly rotations = new Map<string, number[]>();

  constructor(private readonly now: () => number) {}

  open(id: number, dialect: Dialect, instance: string): ModelSession {
    const nobody = {
      name: undefined,
      service: undefined,
      names: [],
      hubs: [],
      broadcasts: [],
      pendingLogin: undefined,
    };
    const session = { id, dialect, instance, ...nobody, isClosed: false, pingRequests: 0, pingedAt: 0, expected: [] };
    this.sessions.set(id, session);
    if (dialect === "classic") this.expect(session, `{"SID":${id}}`);
    return session;
  }

  receive(session: ModelSession, frame: SimFrame): void {
    if (session.pendingLogin) session.pendingLogin.frames.push(frame);
    else this.handle(session, frame);
  }

  /** Applies the login that was being checked, and the frames behind it. */
  decideLogin(session: ModelSession): void {
    const { pendingLogin } = session;
    if (!pendingLogin) throw new Error(`session ${session.id} has no pending login`);
    session.pendingLogin = undefined;
    this.applyLogin(session, pendingLogin.login);
    for (const frame of pendingLogin.frames) this.receive(session, frame);
    if (session.isClosed && !session.pendingLogin) this.end(session);
  }

  disconnect(session: ModelSession): void {
    session.isClosed = true;
    if (!session.pendingLogin) this.end(session);
  }

  pong(session: ModelSession): void {
    const milliseconds = this.now() - session.pingedAt;
    if (milliseconds < PONG_TIMEOUT) {
      for (let i = 0; i < session.pingRequests; i++) this.expect(session, `{"ltcy":"${Math.round(milliseconds)}ms"}`);
    }
    session.pingRequests = 0;
  }

  private expect(session: ModelSession, text: string): void {
    if (!session.isClosed) session.expected.push({ text });
  }

  private handle(session: ModelSession, frame: SimFrame): void {
    if (frame.kind === "login") {
      // A name that a service uses is refused at once, without checking the password.
      const isRefused = frame.service === undefined && this.isHeld(session, frame);
      if (frame.ticket === undefined || isRefused) this.applyLogin(session, frame);
      else session.pendingLogin = { login: frame, frames: [] };
    } else if (frame.kind === "send") this.send(session, frame);
    else if (frame.kind === "echo") this.expect(session, frame.text);
    else if (frame.kind === "ping") this.requestPing(session);
    else if (frame.kind === "serverstat") this.serverstat(session);
    else if (frame.kind !== "junk") this.joinOrLeave(session, frame.kind, frame.name);
  }

  private applyLogin(session: ModelSession, login: Login): void {
    const wanted = namesOf(login);
    if (!login.granted || this.isHeld(session, login)) {
      if (!session.isClosed) session.expected.push({ refusedIn: session.dialect });
      return;
    }
    for (const name of wanted) if (!session.names.includes(name)) this.rotationOf(session, name).push(session.id);
    for (const name of session.names) if (!wanted.includes(name)) this.leaveName(session, name);
    Object.assign(session, { name: login.name, service: login.service, names: wanted });
    this.expect(session, session.dialect === "classic" ? '{"auth":"ok"}' : `{"auth":"OK","SID":${session.id}}`);
  }

  /** Whether another session has one of the names for another kind of owner: as a user, or for another service. */
  private isHeld(session: ModelSession, login: Login): boolean {
    const others = namesOf(login).flatMap((name) => this.rotationOf(session, name).filter((id) => id !== session.id));
    return others.some((id) => this.sessions.get(id)?.service !== login.service);
  }

  private rotationOf(session: ModelSession, name: string): number[] {
    const key = `${session.instance}\n${name}`;
    const rotation = this.rotations.get(key) ?? [];
    this.rotations.set(key, rotation);
    return rotation;
  }

  private leaveName(session: ModelSession, name: string): void {
    const rotation = this.rotationOf(session, name);
    rotation.splice(rotation.indexOf(session.id), 1);
  }

  private send(sender: ModelSession, frame: Send): void {
    if (sender.name === undefined) return;
    const receivers = new Set(frame.targets.flatMap((target) => this.receiversOf(sender, frame.to, target)));
    if (frame.to === "hub") receivers.delete(sender);
    const text = `${frame.head},"sID":${sender.id},"FROM":${JSON.stringify(sender.name)}}${frame.tail}`;
    for (const receiver of receivers) this.expect(receiver, text);
  }

  private receiversOf(sender: ModelSession, to: Send["to"], target: Target): ModelSession[] {
    const here = [...this.sessions.values()].filter(({ instance }) => instance === sender.instance);
    // A cloud client learns its session id from the login reply, and receives nothing before it.
    if (to === "session")
      return here.filter(
        ({ id, dialect, name }) => id === Number(target) && (dialect === "classic" || name !== undefined),
      );
    const name = String(target);
    if (to === "hub") return here.filter(({ hubs }) => hubs.includes(name));
    if (to === "broadcast") return here.filter(({ broadcasts: casts }) => casts.includes(name));
    const rotation = this.rotationOf(sender, name);
    const isRoundRobin =
      ROUND_ROBIN_SERVICES.includes(name) &&
      here.some((session) => session.service === name && session.names.includes(name));
    if (!isRoundRobin) return here.filter(({ id }) => rotation.includes(id));
    const next = this.nextInRotation(rotation);
    return here.filter(({ id }) => id === next);
  }

  /** The session whose turn it is. One whose connection has ended is skipped. */
  private nextInRotation(rotation: number[]): number | undefined {
    for (const id of [...rotation]) {
      rotation.push(...rotation.splice(0, 1));
      if (!this.sessions.get(id)?.isClosed) return id;
    }
    return undefined;
  }

  private joinOrLeave(session: ModelSession, kind: "join" | "leave" | "register" | "unregister", name: string): void {
    const set = kind === "join" || kind === "leave" ? session.hubs : session.broadcasts;
    const at = set.indexOf(name);
    if (kind === "leave" || kind === "unregister") {
      if (at === -1) return;
      set.splice(at, 1);
      if (kind === "leave") this.announceLeft(session, name);
      return;
    }
    const refused =
      session.name === undefined || (at === -1 && session.hubs.length + session.broadcasts.length >= CHANNEL_LIMIT);
    if (!refused && at === -1) set.push(name);
    if (kind === "join") this.expect(session, refused ? '{"joinHub":"FAILED"}' : '{"joinHub":"OK"}');
  }

  private announceLeft(leaver: ModelSession, hub: string): void {
    const text = `{"leftHub":${JSON.stringify(hub)},"user":${JSON.stringify(leaver.name)},"sID":${leaver.id}}`;
    for (const session of this.sessions.values()) {
      if (session.instance === leaver.instance && session.hubs.includes(hub)) this.expect(session, text);
    }
  }

  private end(session: ModelSession): void {
    const { hubs } = session;
    session.hubs = [];
    for (const hub of hubs) this.announceLeft(session, hub);
    for (const name of session.names) this.leaveName(session, name);
    this.sessions.delete(session.id);
  }

  private requestPing(session: ModelSession): void {
    if (session.pingRequests === 0 || this.now() - session.pingedAt >= PONG_TIMEOUT) {
      session.pingRequests = 0;
      session.pingedAt = this.now();
    }
    session.pingRequests++;
  }

  private serverstat(asker: ModelSession): void {
    if (asker.name === undefined || asker.isClosed) return;
    const users: string[] = [];
    for (const { instance, id, name, hubs } of this.sessions.values()) {
      if (instance !== asker.instance || name === undefined) continue;
      for (const hub of hubs.length === 0 ? [""] : hubs) users.push(`${id}: ${name} in ${hub}`);
    }
    asker.expected.push({ users, asker: asker.id });
  }
}
