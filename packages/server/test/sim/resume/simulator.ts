import { type Dialect, ROOT_INSTANCE } from "@achex/protocol";
import { SimNode } from "../sim-node.ts";
import { wrongKnowledge } from "./beliefs.ts";
import { ResumableClient } from "./client.ts";
import { FrameGenerator } from "./frame-generator.ts";
import { ResumeModel } from "./model.ts";
import { SimNetwork } from "./network.ts";
import { noteEndedWindows, restartServer } from "./restart.ts";
import { SlowLogins } from "./slow-logins.ts";
import { randomWeather, type Weather } from "./weather.ts";

export interface ResumeSimOptions {
  readonly seed: number;
  /** Share of clients that speak achex.2, from 0 to 1. */
  readonly achex2Share: number;
  /** Share of those that resume. */
  readonly resumeShare: number;
  /** Some messages are so large that they are sent over several turns. */
  readonly hasLargeMessages?: boolean;
  /** How often the server restarts, in hundredths of the steps. */
  readonly restarts?: number;
  /** Clients follow the state of rooms, write to it and become hosts. */
  readonly hasRooms?: boolean;
  /** Limits so small that a resume may fail. */
  readonly limits?: { readonly resumeFrames?: number; readonly resumeBytes?: number };
}

const MAX_CLIENTS = 10;
/** Seconds that sessions outlive their connections, by seed. */
const WINDOWS = [8, 3, 20];
/** More than any chain of reconnections and replies takes. */
const MAX_ROUNDS = 200;

/**
 * A node, a model of PROTOCOL.md, and clients on a network that drops connections at random. Throws when a client receives
 * anything but what the model says, in the order it says, each frame once.
 */
export class ResumeSimulator {
  readonly network: SimNetwork;
  private readonly window: number;
  private readonly weather: Weather;
  private readonly sim: SimNode;
  private readonly model: ResumeModel;
  private readonly generator: FrameGenerator;
  private readonly logins = new SlowLogins();
  private clients: ResumableClient[] = [];

  constructor(private readonly options: ResumeSimOptions) {
    // Most sessions return within one of these windows, and few within another.
    this.window = WINDOWS[options.seed % WINDOWS.length] ?? 0;
    const limits = { resumeSeconds: this.window, deliveredBytesPerSecond: 0, ...options.limits };
    this.sim = new SimNode(options.seed, 0.5, { limits, auth: this.logins });
    const { random } = this.sim;
    this.weather = randomWeather(random, options.hasLargeMessages === true);
    this.model = new ResumeModel(
      () => this.sim.clock.now(),
      (room) => this.sim.termOf(ROOT_INSTANCE, room),
    );
    this.network = new SimNetwork(this.sim, this.model, {
      window: this.window,
      mayForget: options.limits !== undefined,
    });
    this.generator = new FrameGenerator(
      this.sim.random,
      () => [...this.model.sessions.values()],
      options.hasRooms === true,
    );
  }

  async run(steps: number): Promise<void> {
    try {
      for (let step = 1; step <= steps; step++) {
        await this.step();
        if (this.sim.random.chance(this.weather.turns)) this.sim.clock.turn();
        if (step % this.weather.rests === 0) await this.settle();
      }
      await this.end();
    } catch (error) {
      throw error instanceof Error && error.message.startsWith("seed") ? error : this.sim.fail(String(error));
    }
  }

  private async step(): Promise<void> {
    const { random } = this.sim;
    const client = this.clients[random.below(this.clients.length)];
    if (this.options.hasLargeMessages && client && random.chance(0.01)) return this.sendLarge(client);
    if (!client || (this.clients.length < MAX_CLIENTS && random.chance(0.1))) return this.addClient();
    const { losses: lose } = this.weather;
    const network = { deliver: 40, read: 45, lose, reconnect: 10 + 2 * lose, close: 1, reload: 2 };
    const time = { decide: 6, second: 3, restart: this.options.restarts ?? 0 };
    switch (random.weighted({ act: 40, ...network, ...time, seen: 8, heartbeat: 3 })) {
      case "act":
        return this.act(client);
      case "deliver":
        return this.network.deliverSome(1 + random.below(this.weather.burst));
      case "read":
        return this.readSome(1 + random.below(20));
      case "lose":
        return this.network.lose(client);
      case "reconnect":
        return this.reconnect(client);
      case "decide":
        return this.decideLogin();
      case "second":
        return this.passSecond();
      case "close":
        return this.close(client);
      case "reload":
        return this.reload(client);
      case "restart":
        return this.restart();
      case "seen":
        return client.sendSeen();
      default:
        client.sendHeartbeat();
    }
  }

  private addClient(): void {
    const { random } = this.sim;
    const isAchex2 = random.chance(this.options.achex2Share);
    const resumes = isAchex2 && random.chance(this.options.resumeShare);
    // Where few frames are held, the end of the calls of a reloading page may be what makes its resume fail.
    const mayReload = this.options.limits === undefined && random.chance(0.25);
    const enables = resumes ? (mayReload ? "reload" : "yes") : "no";
    const client = new ResumableClient(isAchex2, enables, this.model);
    this.clients.push(client);
    this.connect(client, isAchex2 ? "achex.2" : random.pick(["classic", "cloud"] as const));
  }

  private async restart(): Promise<void> {
    await restartServer(this.sim, this.network, this.model, { auth: this.logins, window: this.window });
    // Up to two seconds have passed without the checks of each second.
    this.passSecond();
  }

  private act(client: ResumableClient): void {
    const { random } = this.sim;
    for (let frames = 1 + random.below(5); frames > 0; frames--) {
      const isNew = client.session?.model.name === undefined && client.session?.pending.size === 0;
      client.send(isNew && random.chance(0.8) ? this.generator.login(client) : this.generator.next(client));
    }
  }

  /** A large message, and what happens while it is being sent. Its sender's later frames wait at the server until then. */
  private async sendLarge(client: ResumableClient): Promise<void> {
    const { random, clock, node } = this.sim;
    const { network } = this;
    const { connection } = client;
    const sender = connection?.session;
    if (!connection || !sender?.isAchex2 || connection.isOver || network.blocked || sender.pendingLogin) return;
    while (connection.uploads.length > 0) network.deliver(connection);
    if (connection.session !== sender || sender.pendingLogin) return;
    client.send(this.generator.large());
    network.deliver(connection);
    network.blocked = sender;
    while (node.core.scheduler.waiting > 0) {
      for (let steps = random.below(6); steps > 0; steps--) await this.step();
      clock.turn();
    }
    await this.sim.settle();
    this.model.slicesDone();
    network.blocked = undefined;
  }

  private connect(client: ResumableClient, dialect: Dialect): void {
    const connection = this.network.open(dialect, false);
    if (connection.session) client.opened(connection, connection.session);
  }

  private reconnect(client: ResumableClient): void {
    // Sometimes a client resumes although its connection or its last attempt would still work.
    if (client.connection && !this.sim.random.chance(0.1)) return;
    client.disconnected();
    if (client.canResume) client.resumes(this.network.open("achex.2", true));
    else if (client.isAchex2) this.connect(client, "achex.2");
    else this.clients = this.clients.filter((other) => other !== client);
  }

  private close(client: ResumableClient): void {
    if (!this.network.sayGoodbye(client.connection, this.sim.random.pick([1000, 1005, 3000, 4999]))) return;
    client.disconnected();
    this.clients = this.clients.filter((other) => other !== client);
  }

  /** The page of a client is loaded again. Often it says goodbye to the server. */
  private reload(client: ResumableClient): void {
    if (client.enables !== "reload" || !client.canResume) return;
    if (this.sim.random.chance(0.7)) this.network.sayGoodbye(client.connection, 1001);
    client.disconnected();
    client.reload();
  }

  private readSome(most: number): void {
    const readable = this.clients.filter(({ connection }) => connection?.canRead);
    const client = readable[this.sim.random.below(readable.length)];
    for (let i = 0; client && i < most; i++) this.read(client);
  }

  private read(client: ResumableClient): void {
    const { connection } = client;
    if (!connection?.canRead) return;
    const text = connection.read();
    if (text !== undefined) {
      this.sim.log(`  ${client.session?.model.id} reads ${text.slice(0, 200)}`);
      client.receive(text);
      return;
    }
    const { closedWith } = connection.socket;
    // The server has no other reason to end a connection.
    if (closedWith && (connection.session || ![4004, 4005].includes(closedWith.code)))
      throw new Error(`the server closed a connection with ${closedWith.code}`);
    client.disconnected();
  }

  private async decideLogin(): Promise<void> {
    const waiting = [...this.model.sessions.values()].filter(({ pendingLogin }) => pendingLogin);
    const session = waiting[this.sim.random.below(waiting.length)];
    const request = session?.pendingLogin?.frame.request;
    if (request?.kind !== "login" || !session) return;
    this.sim.log(`the login of ${session.id} is decided`);
    this.logins.decide(Number(request.ticket));
    await this.sim.settle();
    this.model.decideLogin(session);
  }

  private passSecond(): void {
    const { clock, node } = this.sim;
    clock.advance(1_000);
    node.tick();
    clock.allTurns();
    this.network.noteGreetings();
    noteEndedWindows(this.sim, this.model);
  }

  /** Everybody reconnects and reads everything. Then all that clients know must be true. */
  private async settle(): Promise<void> {
    this.sim.log("everything is delivered");
    for (let rounds = 0; await this.isMoving(); rounds++)
      if (rounds > MAX_ROUNDS) throw new Error("the network does not come to rest");
    for (const { session, isLive } of this.clients) {
      if (!session || !isLive) continue;
      session.view.isStale = false;
      const wrong = wrongKnowledge(this.model, session, this.sim.clock.now());
      if (wrong) throw new Error(wrong);
    }
    const readers = new Set(this.clients.flatMap(({ session, isLive }) => (session && isLive ? [session.model] : [])));
    const lost = this.model.turns.lost((session) => session.isOpen && readers.has(session));
    if (lost) throw new Error(`no instance received ${lost}`);
  }

  /** Moves everything that can move; false when nothing could. */
  private async isMoving(): Promise<boolean> {
    const { network, clients } = this;
    this.sim.clock.allTurns();
    await this.sim.settle();
    for (const connection of [...network.connections]) if (connection.isOver) network.noticed(connection, 1006);
    const isBusy = network.connections.some(({ uploads }) => uploads.length > 0);
    for (const connection of network.connections) while (connection.uploads.length > 0) network.deliver(connection);
    const offline = clients.filter(({ connection, canResume }) => canResume && !connection);
    for (const client of offline) this.reconnect(client);
    const readers = clients.filter(({ connection }) => connection?.canRead);
    for (const client of readers) while (client.connection?.canRead) this.read(client);
    return isBusy || offline.length + readers.length > 0;
  }

  /** Everybody leaves; nothing of them may be left. */
  private async end(): Promise<void> {
    await this.settle();
    while ([...this.model.sessions.values()].some(({ pendingLogin }) => pendingLogin)) await this.decideLogin();
    await this.settle();
    for (const connection of [...this.network.connections]) {
      connection.cut(0, 0);
      this.network.noticed(connection, this.sim.random.pick([1000, 1006]));
    }
    for (let second = 0; second < this.window + 3; second++) this.passSecond();
    while ([...this.model.sessions.values()].some(({ pendingLogin }) => pendingLogin)) await this.decideLogin();
    const leftovers = this.sim.leftovers();
    if (Object.values(leftovers).some((count) => count !== 0))
      throw new Error(`leftovers: ${JSON.stringify(leftovers)}`);
  }
}
