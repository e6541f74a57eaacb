import { type Dialect, ROOT_INSTANCE } from "@achex/protocol";
import { assemble } from "../../src/assemble.ts";
import { localEngine } from "../../src/engine/local.ts";
import type { Engine, FollowedChannel } from "../../src/engine.ts";
import { silentLog } from "../../src/log/log.ts";
import type { Session } from "../../src/session/session.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { MemorySocket, MemoryTopics } from "../kit/memory-socket.ts";
import { defaultLimits } from "../kit/node.ts";
import { isExpected, type SimFrame } from "./frames.ts";
import { CHANNEL_LIMIT, Model, type Peer } from "./model.ts";
import { Random } from "./random.ts";
import { Verdicts } from "./verdicts.ts";
import { Writer } from "./writer.ts";

const MOST_SESSIONS = 14;
const SLOW_READER_BACKLOG = 400;

interface Connection {
  readonly peer: Peer;
  readonly session: Session;
  readonly socket: MemorySocket;
  /** How many of the expected frames have come. */
  seen: number;
}

/** Lets everything that waits for a settled promise run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A node, the model of it, and clients that do whatever the seed says; throws when the two differ. */
export class World {
  private readonly random: Random;
  private readonly writer: Writer;
  private readonly clock = new FakeClock();
  private readonly topics = new MemoryTopics();
  private readonly auth = new Verdicts();
  private readonly model = new Model(() => this.clock.now());
  private readonly followed = new Set<string>();
  private readonly node;
  private readonly diary: string[] = [];
  private connections: Connection[] = [];
  private ids = 0;

  constructor(private readonly seed: number) {
    this.random = new Random(seed);
    this.writer = new Writer(this.random);
    this.clock.hasLongTurns = this.random.chance(0.7);
    this.node = assemble({
      version: "sim",
      limits: { ...defaultLimits, channels: CHANNEL_LIMIT, framesPerSecond: 0, bytesPerSecond: 0 },
      auth: this.auth,
      topics: this.topics,
      ids: { next: () => ++this.ids },
      clock: this.clock,
      log: { ...silentLog, error: (message) => this.fail(`the node logged "${message}"`) },
      // Small, so that messages to a few go round in slices as those to thousands do.
      shardMembers: 2,
      createEngine: (sink) => this.watched(localEngine(sink)),
    });
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      await this.step();
      if (this.random.chance(0.3)) this.clock.turn();
      this.read();
    }
    await this.end();
  }

  private async step(): Promise<void> {
    const { random, connections } = this;
    const connection = connections[random.below(connections.length)];
    if (!connection || (connections.length < MOST_SESSIONS && random.chance(0.08))) {
      this.connect();
      return;
    }
    const waiting = connections.filter(({ peer }) => peer.behind);
    const undecided = waiting[random.below(waiting.length)];
    if (undecided && random.chance(0.12)) {
      await this.decide(undecided);
      return;
    }
    switch (random.weighted({ login: 12, send: 50, change: 18, question: 10, pong: 4, time: 3, drop: 3 })) {
      case "login":
        return this.receive(connection, this.writer.login());
      case "send":
        return this.receive(connection, this.writer.send(connections.map(({ peer }) => peer.id)));
      case "change":
        return this.receive(connection, this.writer.change());
      case "question":
        return this.receive(connection, this.writer.question());
      case "pong":
        return this.pong(connection);
      case "time":
        return this.clock.advance(random.below(6_000));
      default:
        return this.drop(
          undecided && random.chance(0.4) ? undecided : connection,
          random.pick([1000, 1001, 1005, 1006]),
        );
    }
  }

  private connect(): void {
    const { random, topics } = this;
    const instance = random.pick([ROOT_INSTANCE, ROOT_INSTANCE, "x"]);
    const dialect: Dialect = instance === ROOT_INSTANCE && random.chance(0.6) ? "classic" : "cloud";
    const listener = dialect === "classic" ? 0 : random.below(2);
    const backlog = random.chance(0.15) ? { backlog: SLOW_READER_BACKLOG } : {};
    const socket = new MemorySocket(topics, { listener, ...backlog });
    const session = this.node.open(
      { endpoint: { dialect, instance, listenerIndex: listener }, address: "192.0.2.7" },
      socket,
    );
    if (!session) throw this.fail("no session was opened");
    this.diary.push(`${session.id} connects: ${dialect} ${instance} ${listener}`);
    this.connections.push({ session, socket, peer: this.model.open(session.id, dialect, instance), seen: 0 });
  }

  private receive({ peer, session }: Connection, frame: SimFrame): void {
    this.diary.push(`${peer.id} sends ${frame.text}${frame.kind === "login" ? ` (granted: ${frame.granted})` : ""}`);
    if (frame.kind === "login") this.auth.plan(frame);
    session.receive(frame.text);
    this.model.receive(peer, frame);
  }

  private async decide({ peer }: Connection): Promise<void> {
    const ticket = peer.behind?.login.ticket;
    if (ticket === undefined) throw this.fail(`session ${peer.id} waits without a ticket`);
    this.diary.push(`${peer.id} gets its verdict`);
    this.auth.give(ticket);
    await settled();
    this.model.resolve(peer);
    this.connections = this.connections.filter((connection) => this.model.peers.has(connection.peer.id));
  }

  private pong({ peer, session, socket }: Connection): void {
    const payload = socket.pings.at(-1);
    if (payload === undefined || peer.gone) return;
    this.diary.push(`${peer.id} answers a ping`);
    session.pong(payload);
    this.model.pong(peer);
  }

  /** The connection ends; a session behind a login goes once that is decided. */
  private drop(connection: Connection, code: number): void {
    const { peer, session, socket } = connection;
    if (peer.gone) return;
    this.diary.push(`${peer.id} drops with ${code}`);
    // Whoever goes may have frames on their way to it; they are looked at here, so they have to have come.
    this.node.core.broadcasts.flushFor(session);
    this.compare(connection, socket.flush());
    if (!socket.over && connection.seen !== peer.expected.length) throw this.missing(connection);
    socket.terminate();
    this.topics.drop(socket);
    session.closed(code, false);
    this.model.drop(peer);
    if (!peer.behind) this.connections = this.connections.filter((other) => other !== connection);
  }

  /** Each client reads what it likes to; those cut for their backlog are gone. */
  private read(): void {
    // A slow reader is cut by the frame that is too much, at once: the model knows nothing of frames on their way.
    for (const { session, socket } of this.connections) if (socket.isSlow) this.node.core.broadcasts.flushFor(session);
    for (const connection of this.connections) {
      if (this.random.chance(0.5)) this.compare(connection, connection.socket.flush(1 + this.random.below(4)));
    }
    for (const connection of [...this.connections]) if (connection.socket.over) this.drop(connection, 1006);
  }

  private compare(connection: Connection, frames: readonly string[]): void {
    const { peer } = connection;
    for (const frame of frames) {
      const expected = peer.expected[connection.seen++];
      if (!expected) throw this.fail(`session ${peer.id} should get nothing more and got ${frame}`);
      if (!isExpected(expected, frame)) {
        throw this.fail(`session ${peer.id} should get ${JSON.stringify(expected)} and got ${frame}`);
      }
    }
  }

  /** Everyone goes, in any order; nothing of them may be left. */
  private async end(): Promise<void> {
    while (this.connections.length > 0) {
      const connection = this.connections[this.random.below(this.connections.length)];
      if (!connection) break;
      if (connection.peer.behind && this.random.chance(0.5)) await this.decide(connection);
      else if (!connection.peer.gone) this.drop(connection, 1000);
      this.read();
    }
    const { sessions, counters, channels } = this.node.core;
    const left = {
      sessions: sessions.size,
      counted: Object.values(counters.sessions).reduce((sum, count) => sum + count, 0),
      topics: this.topics.inUse,
      followed: this.followed.size,
      names: [...channels.names(ROOT_INSTANCE), ...channels.names("x")].length,
    };
    if (Object.values(left).some((count) => count !== 0)) throw this.fail(`left behind: ${JSON.stringify(left)}`);
  }

  /** Follow and unfollow must come in pairs, each once. */
  private watched(engine: Engine): Engine {
    const keyOf = ({ instance, kind, name }: FollowedChannel) => JSON.stringify([instance, kind, name]);
    return {
      ...engine,
      follow: (channel) => {
        if (this.followed.has(keyOf(channel))) throw this.fail(`${keyOf(channel)} was followed twice`);
        this.followed.add(keyOf(channel));
      },
      unfollow: (channel) => {
        if (!this.followed.delete(keyOf(channel)))
          throw this.fail(`${keyOf(channel)} was unfollowed, but not followed`);
      },
    };
  }

  private missing({ peer, seen }: Connection): Error {
    return this.fail(`session ${peer.id} did not get ${JSON.stringify(peer.expected[seen])}`);
  }

  private fail(what: string): Error {
    return new Error(`seed ${this.seed}: ${what}\n  after ${this.diary.slice(-40).join("\n        ")}`);
  }
}
