import type { Dialect } from "@achex/protocol";
import type { Expected, SimFrame, Target } from "./frames.ts";

type Login = Extract<SimFrame, { kind: "login" }>;
type Send = Extract<SimFrame, { kind: "send" }>;

/** Hubs and broadcasts a session may be in, in the simulation. */
export const CHANNEL_LIMIT = 4;
/** Services whose messages go to one session in turn. */
export const IN_TURN: readonly string[] = ["calc"];
const NO_ANSWER = 10_000;

const namesOf = ({ name, service }: Login): string[] =>
  service === undefined || service === name ? [name] : [name, service];

export interface Peer {
  readonly id: number;
  readonly dialect: Dialect;
  readonly instance: string;
  name: string | undefined;
  service: string | undefined;
  names: string[];
  hubs: string[];
  casts: string[];
  /** Frames behind a login whose verdict has not come. */
  behind: { readonly login: Login; readonly frames: SimFrame[] } | undefined;
  gone: boolean;
  asked: number;
  askedAt: number;
  readonly expected: Expected[];
}

/**
 * The rules of PROTOCOL.md written down a second time, plainly and slowly: no topics, no queues of its own, a scan over all
 * sessions for every message. What a session should get stands in its `expected`.
 */
export class Model {
  readonly peers = new Map<number, Peer>();
  /** Who bears a name, in the order of whose turn it is. */
  private readonly lines = new Map<string, number[]>();

  constructor(private readonly now: () => number) {}

  open(id: number, dialect: Dialect, instance: string): Peer {
    const nobody = { name: undefined, service: undefined, names: [], hubs: [], casts: [], behind: undefined };
    const peer = { id, dialect, instance, ...nobody, gone: false, asked: 0, askedAt: 0, expected: [] };
    this.peers.set(id, peer);
    if (dialect === "classic") this.tell(peer, `{"SID":${id}}`);
    return peer;
  }

  receive(peer: Peer, frame: SimFrame): void {
    if (peer.behind) peer.behind.frames.push(frame);
    else this.handle(peer, frame);
  }

  /** The verdict of the login that is being checked has come. */
  resolve(peer: Peer): void {
    const { behind } = peer;
    if (!behind) throw new Error(`session ${peer.id} waits for no verdict`);
    peer.behind = undefined;
    this.settle(peer, behind.login);
    for (const frame of behind.frames) this.receive(peer, frame);
    if (peer.gone && !peer.behind) this.end(peer);
  }

  drop(peer: Peer): void {
    peer.gone = true;
    if (!peer.behind) this.end(peer);
  }

  pong(peer: Peer): void {
    const milliseconds = this.now() - peer.askedAt;
    if (milliseconds < NO_ANSWER) {
      for (let i = 0; i < peer.asked; i++) this.tell(peer, `{"ltcy":"${Math.round(milliseconds)}ms"}`);
    }
    peer.asked = 0;
  }

  private tell(peer: Peer, text: string): void {
    if (!peer.gone) peer.expected.push({ text });
  }

  private handle(peer: Peer, frame: SimFrame): void {
    if (frame.kind === "login") {
      // A user is told at once that a service holds the name; a password is not even looked at.
      const hopeless = frame.service === undefined && this.isHeld(peer, frame);
      if (frame.ticket === undefined || hopeless) this.settle(peer, frame);
      else peer.behind = { login: frame, frames: [] };
    } else if (frame.kind === "send") this.send(peer, frame);
    else if (frame.kind === "echo") this.tell(peer, frame.text);
    else if (frame.kind === "ping") this.ask(peer);
    else if (frame.kind === "serverstat") this.stat(peer);
    else if (frame.kind !== "junk") this.change(peer, frame.kind, frame.name);
  }

  private settle(peer: Peer, login: Login): void {
    const wanted = namesOf(login);
    if (!login.granted || this.isHeld(peer, login)) {
      if (!peer.gone) peer.expected.push({ refusedIn: peer.dialect });
      return;
    }
    for (const name of wanted) if (!peer.names.includes(name)) this.line(peer, name).push(peer.id);
    for (const name of peer.names) if (!wanted.includes(name)) this.quit(peer, name);
    Object.assign(peer, { name: login.name, service: login.service, names: wanted });
    this.tell(peer, peer.dialect === "classic" ? '{"auth":"ok"}' : `{"auth":"OK","SID":${peer.id}}`);
  }

  /** Whether another session bears one of the names on another side: as a user, or for another service. */
  private isHeld(peer: Peer, login: Login): boolean {
    const others = namesOf(login).flatMap((name) => this.line(peer, name).filter((id) => id !== peer.id));
    return others.some((id) => this.peers.get(id)?.service !== login.service);
  }

  private line(peer: Peer, name: string): number[] {
    const key = `${peer.instance}\n${name}`;
    const line = this.lines.get(key) ?? [];
    this.lines.set(key, line);
    return line;
  }

  private quit(peer: Peer, name: string): void {
    const line = this.line(peer, name);
    line.splice(line.indexOf(peer.id), 1);
  }

  private send(sender: Peer, frame: Send): void {
    if (sender.name === undefined) return;
    const receivers = new Set(frame.targets.flatMap((target) => this.reached(sender, frame.to, target)));
    if (frame.to === "hub") receivers.delete(sender);
    const text = `${frame.head},"sID":${sender.id},"FROM":${JSON.stringify(sender.name)}}${frame.tail}`;
    for (const receiver of receivers) this.tell(receiver, text);
  }

  private reached(sender: Peer, to: Send["to"], target: Target): Peer[] {
    const here = [...this.peers.values()].filter(({ instance }) => instance === sender.instance);
    // A cloud client learns its number by its login, and expects nothing before it.
    if (to === "session")
      return here.filter(
        ({ id, dialect, name }) => id === Number(target) && (dialect === "classic" || name !== undefined),
      );
    const name = String(target);
    if (to === "hub") return here.filter(({ hubs }) => hubs.includes(name));
    if (to === "broadcast") return here.filter(({ casts }) => casts.includes(name));
    const line = this.line(sender, name);
    const inTurn = IN_TURN.includes(name) && here.some((peer) => peer.service === name && peer.names.includes(name));
    if (!inTurn) return here.filter(({ id }) => line.includes(id));
    const next = this.nextIn(line);
    return here.filter(({ id }) => id === next);
  }

  /** Whose turn it is; one whose connection has ended takes nothing, and is passed over. */
  private nextIn(line: number[]): number | undefined {
    for (const id of [...line]) {
      line.push(...line.splice(0, 1));
      if (!this.peers.get(id)?.gone) return id;
    }
    return undefined;
  }

  private change(peer: Peer, kind: "join" | "leave" | "register" | "unregister", name: string): void {
    const set = kind === "join" || kind === "leave" ? peer.hubs : peer.casts;
    const at = set.indexOf(name);
    if (kind === "leave" || kind === "unregister") {
      if (at === -1) return;
      set.splice(at, 1);
      if (kind === "leave") this.tellLeft(peer, name);
      return;
    }
    const refused = peer.name === undefined || (at === -1 && peer.hubs.length + peer.casts.length >= CHANNEL_LIMIT);
    if (!refused && at === -1) set.push(name);
    if (kind === "join") this.tell(peer, refused ? '{"joinHub":"FAILED"}' : '{"joinHub":"OK"}');
  }

  private tellLeft(leaver: Peer, hub: string): void {
    const text = `{"leftHub":${JSON.stringify(hub)},"user":${JSON.stringify(leaver.name)},"sID":${leaver.id}}`;
    for (const peer of this.peers.values()) {
      if (peer.instance === leaver.instance && peer.hubs.includes(hub)) this.tell(peer, text);
    }
  }

  private end(peer: Peer): void {
    const { hubs } = peer;
    peer.hubs = [];
    for (const hub of hubs) this.tellLeft(peer, hub);
    for (const name of peer.names) this.quit(peer, name);
    this.peers.delete(peer.id);
  }

  private ask(peer: Peer): void {
    if (peer.asked === 0 || this.now() - peer.askedAt >= NO_ANSWER) {
      peer.asked = 0;
      peer.askedAt = this.now();
    }
    peer.asked++;
  }

  private stat(asker: Peer): void {
    if (asker.name === undefined || asker.gone) return;
    const users: string[] = [];
    for (const { instance, id, name, hubs } of this.peers.values()) {
      if (instance !== asker.instance || name === undefined) continue;
      for (const hub of hubs.length === 0 ? [""] : hubs) users.push(`${id}: ${name} in ${hub}`);
    }
    asker.expected.push({ users, asker: asker.id });
  }
}
