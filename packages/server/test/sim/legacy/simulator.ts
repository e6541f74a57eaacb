import { type Dialect, ROOT_INSTANCE } from "@achex/protocol";
import { localEngine } from "../../../src/engine/local.ts";
import type { Engine, FollowedChannel } from "../../../src/engine.ts";
import type { Session } from "../../../src/session/session.ts";
import type { MemorySocket } from "../../kit/memory-socket.ts";
import { SimNode } from "../sim-node.ts";
import { FrameGenerator } from "./frame-generator.ts";
import { isExpected, type SimFrame } from "./frames.ts";
import { CHANNEL_LIMIT, type ModelSession, ProtocolModel } from "./model.ts";
import { PlannedAuth } from "./planned-auth.ts";

const MAX_CLIENTS = 14;
const SLOW_READER_BACKLOG = 400;

interface SimClient {
  readonly state: ModelSession;
  readonly session: Session;
  readonly socket: MemorySocket;
  /** How many of the expected frames it has received. */
  received: number;
}

/** A node, a model of the protocol, and clients of the legacy dialects that do what the seed says. Throws when they differ. */
export class LegacySimulator {
  private readonly sim: SimNode;
  private readonly generator: FrameGenerator;
  private readonly auth = new PlannedAuth();
  private readonly model: ProtocolModel = new ProtocolModel(() => this.sim.clock.now());
  private readonly followed = new Set<string>();
  private clients: SimClient[] = [];

  constructor(seed: number) {
    this.sim = new SimNode(seed, 0.7, {
      limits: { channels: CHANNEL_LIMIT },
      auth: this.auth,
      createEngine: (sink) => this.checkFollows(localEngine(sink)),
    });
    this.generator = new FrameGenerator(this.sim.random);
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      await this.step();
      if (this.sim.random.chance(0.3)) this.sim.clock.turn();
      this.readSome();
    }
    await this.end();
  }

  private async step(): Promise<void> {
    const { clients } = this;
    const { random } = this.sim;
    const client = clients[random.below(clients.length)];
    if (!client || (clients.length < MAX_CLIENTS && random.chance(0.08))) {
      this.connect();
      return;
    }
    const waiting = clients.filter(({ state }) => state.pendingLogin);
    const undecided = waiting[random.below(waiting.length)];
    if (undecided && random.chance(0.12)) {
      await this.decideLogin(undecided);
      return;
    }
    switch (random.weighted({ login: 12, send: 50, joinOrLeave: 18, request: 10, pong: 4, wait: 3, disconnect: 3 })) {
      case "login":
        return this.receive(client, this.generator.login());
      case "send":
        return this.receive(client, this.generator.send(clients.map(({ state }) => state.id)));
      case "joinOrLeave":
        return this.receive(client, this.generator.joinOrLeave());
      case "request":
        return this.receive(client, this.generator.request());
      case "pong":
        return this.pong(client);
      case "wait":
        return this.sim.clock.advance(random.below(6_000));
      default:
        return this.disconnect(
          undecided && random.chance(0.4) ? undecided : client,
          random.pick([1000, 1001, 1005, 1006]),
        );
    }
  }

  private connect(): void {
    const { random } = this.sim;
    const instance = random.pick([ROOT_INSTANCE, ROOT_INSTANCE, "x"]);
    const dialect: Dialect = instance === ROOT_INSTANCE && random.chance(0.6) ? "classic" : "cloud";
    const listener = dialect === "classic" ? 0 : random.below(2);
    const backlog = random.chance(0.15) ? { backlog: SLOW_READER_BACKLOG } : {};
    const { session, socket } = this.sim.connect(dialect, instance, { listener, ...backlog });
    this.clients.push({ session, socket, state: this.model.open(session.id, dialect, instance), received: 0 });
  }

  private receive({ state, session }: SimClient, frame: SimFrame): void {
    this.sim.log(`${state.id} sends ${frame.text}${frame.kind === "login" ? ` (granted: ${frame.granted})` : ""}`);
    if (frame.kind === "login") this.auth.plan(frame);
    session.receive(frame.text);
    this.model.receive(state, frame);
  }

  private async decideLogin({ state }: SimClient): Promise<void> {
    const ticket = state.pendingLogin?.login.ticket;
    if (ticket === undefined) throw this.sim.fail(`session ${state.id} waits without a ticket`);
    this.sim.log(`the login of ${state.id} is decided`);
    this.auth.decide(ticket);
    await this.sim.settle();
    this.model.decideLogin(state);
    this.clients = this.clients.filter((client) => this.model.sessions.has(client.state.id));
  }

  private pong({ state, session, socket }: SimClient): void {
    const payload = socket.pings.at(-1);
    if (payload === undefined || state.isClosed) return;
    this.sim.log(`${state.id} answers a ping`);
    session.pong(payload);
    this.model.pong(state);
  }

  /** Ends the connection. A session whose login is being checked stays until that is decided. */
  private disconnect(client: SimClient, code: number): void {
    const { state, session, socket } = client;
    if (state.isClosed) return;
    this.sim.log(`${state.id} disconnects with ${code}`);
    // Frames on their way to it are compared here, so they must have arrived.
    this.sim.node.core.broadcasts.flushFor(session);
    this.checkReceived(client, socket.flush());
    if (!socket.over && client.received !== state.expected.length) throw this.missingFrame(client);
    this.sim.disconnect(client, code);
    this.model.disconnect(state);
    if (!state.pendingLogin) this.clients = this.clients.filter((other) => other !== client);
  }

  /** Some clients read some frames. Those disconnected for their backlog are removed. */
  private readSome(): void {
    // A frame that exceeds the backlog disconnects a slow reader at once: the model knows nothing of frames on their way.
    for (const { session, socket } of this.clients) if (socket.isSlow) this.sim.node.core.broadcasts.flushFor(session);
    for (const client of this.clients) {
      if (this.sim.random.chance(0.5)) this.checkReceived(client, client.socket.flush(1 + this.sim.random.below(4)));
    }
    for (const client of [...this.clients]) if (client.socket.over) this.disconnect(client, 1006);
  }

  private checkReceived(client: SimClient, frames: readonly string[]): void {
    const { state } = client;
    for (const frame of frames) {
      const expected = state.expected[client.received++];
      if (!expected) throw this.sim.fail(`session ${state.id} should receive nothing more and received ${frame}`);
      if (!isExpected(expected, frame)) {
        throw this.sim.fail(`session ${state.id} should receive ${JSON.stringify(expected)} and received ${frame}`);
      }
    }
  }

  /** All clients disconnect, in any order; nothing of them may be left. */
  private async end(): Promise<void> {
    const { random, node, topics } = this.sim;
    while (this.clients.length > 0) {
      const client = this.clients[random.below(this.clients.length)];
      if (!client) break;
      if (client.state.pendingLogin && random.chance(0.5)) await this.decideLogin(client);
      else if (!client.state.isClosed) this.disconnect(client, 1000);
      this.readSome();
    }
    const { sessions, counters, channels } = node.core;
    const leftovers = {
      sessions: sessions.size,
      counted: Object.values(counters.sessions).reduce((sum, count) => sum + count, 0),
      topics: topics.inUse,
      followed: this.followed.size,
      names: [...channels.names(ROOT_INSTANCE), ...channels.names("x")].length,
    };
    if (Object.values(leftovers).some((count) => count !== 0))
      throw this.sim.fail(`leftovers: ${JSON.stringify(leftovers)}`);
  }

  /** Checks that follow and unfollow are called in turn for each channel. */
  private checkFollows(engine: Engine): Engine {
    const keyOf = ({ instance, kind, name }: FollowedChannel) => JSON.stringify([instance, kind, name]);
    return {
      ...engine,
      follow: (channel) => {
        if (this.followed.has(keyOf(channel))) throw this.sim.fail(`${keyOf(channel)} was followed twice`);
        this.followed.add(keyOf(channel));
      },
      unfollow: (channel) => {
        if (!this.followed.delete(keyOf(channel)))
          throw this.sim.fail(`${keyOf(channel)} was unfollowed without having been followed`);
      },
    };
  }

  private missingFrame({ state, received }: SimClient): Error {
    return this.sim.fail(`session ${state.id} did not receive ${JSON.stringify(state.expected[received])}`);
  }
}
