import { type Dialect, isJsonObject, ROOT_INSTANCE } from "@achex/protocol";
import { MemorySocket } from "../../kit/memory-socket.ts";
import type { SimNode } from "../sim-node.ts";
import type { ResumableClient } from "./client.ts";
import { SimConnection, type Upload } from "./connection.ts";
import type { SimRequest } from "./frames.ts";
import type { ResumeModel } from "./model.ts";
import type { ModelSession } from "./model-session.ts";

/** Most seconds that a session outlives a page that has said goodbye, if it enabled that. */
const RELOAD_WINDOW = 15;

export interface NetworkOptions {
  /** Seconds a session outlives its connection. */
  readonly window: number;
  /** The server holds so few frames that a resume may fail. */
  readonly mayForget: boolean;
}

/**
 * The connections between clients and the server. What arrives at the server also goes to the model, and what the server decides
 * about a session is compared with it.
 */
export class SimNetwork {
  connections: SimConnection[] = [];
  /** The session whose frames would wait at the server, so none is delivered. */
  blocked: ModelSession | undefined;
  resumes = 0;
  gaps = 0;

  constructor(
    private readonly sim: SimNode,
    private readonly model: ResumeModel,
    private readonly options: NetworkOptions,
  ) {}

  open(dialect: Dialect, resumes: boolean): SimConnection {
    const socket = new MemorySocket(this.sim.topics, { listener: this.sim.random.below(2) });
    const connection = new SimConnection(socket);
    this.connections.push(connection);
    this.sim.open(dialect, ROOT_INSTANCE, socket, resumes);
    if (!resumes) this.opened(connection, dialect);
    return connection;
  }

  deliverSome(most: number): void {
    const { blocked } = this;
    const isFree = ({ session, uploads }: SimConnection) =>
      !blocked || (session !== blocked && uploads[0]?.resumes?.model !== blocked);
    const loaded = this.connections.filter((one) => one.uploads.length > 0 && isFree(one));
    const connection = loaded[this.sim.random.below(loaded.length)];
    for (let i = 0; connection && i < most; i++) this.deliver(connection);
  }

  deliver(connection: SimConnection): void {
    const upload = connection.uploads.shift();
    if (!upload) return;
    const { socket, session } = connection;
    const text = typeof upload.payload === "string" ? upload.payload : "bytes";
    this.sim.log(`${session?.id ?? "?"} sends ${upload.counted?.number ?? "-"}: ${text.slice(0, 200)}`);
    const isHeard = !socket.over && socket.data.owner !== undefined;
    const { length } = socket.waiting;
    socket.data.owner?.receive(upload.payload);
    if (!isHeard) return;
    const answers = socket.waiting.slice(length);
    if (upload.resumes && !session) this.resumeAnswered(connection, upload, answers);
    else if (session && upload.enables && answers.some((answer) => answer.startsWith('{"$resumable"'))) {
      session.isResumable = true;
      session.survivesReload = text.includes("reload");
    } else if (session && upload.counted) {
      this.arrived(session, upload.counted);
      this.learnVersion(upload.counted.frame.request, answers);
    }
  }

  /** The server has said hello to those that asked for no session in time. */
  noteGreetings(): void {
    for (const connection of this.connections)
      if (!connection.opened && connection.socket.waiting.some((text) => text.startsWith('{"$hello"')))
        this.opened(connection, "achex.2");
  }

  /** The server notices that the connection has ended. What was on its way there is lost. */
  noticed(connection: SimConnection, code: number): void {
    if (connection.serverNoticed) return;
    const { socket, session } = connection;
    this.sim.log(`the connection of ${session?.id} ends with ${code}`);
    connection.serverNoticed = true;
    connection.uploads.length = 0;
    connection.session = undefined;
    this.connections = this.connections.filter((other) => other !== connection);
    this.sim.end(socket, code);
    const { window } = this.options;
    const reload = code === 1001 && session?.survivesReload ? Math.min(window, RELOAD_WINDOW) : undefined;
    if (session?.isOpen) this.model.disconnect(session, code === 1006 ? window : reload);
  }

  /** The network loses the connection of a client, or the server notices that one has been lost. */
  lose(client: ResumableClient): void {
    const { random } = this.sim;
    const over = this.connections.filter(({ isOver }) => isOver);
    const lost = over[random.below(over.length)];
    const { connection } = client;
    if (lost && random.chance(0.5)) this.noticed(lost, 1006);
    else if (connection && !connection.isCut) {
      this.sim.log(`the connection of ${connection.session?.id} is lost`);
      connection.cut(random.below(connection.uploads.length + 1), random.below(connection.socket.waiting.length + 1));
      // Either end may be the first to notice.
      if (random.chance(0.3)) client.disconnected();
      if (random.chance(0.3)) this.noticed(connection, 1006);
    }
  }

  /** The server has restarted and has closed every connection. What had not arrived there is lost. */
  restarted(): void {
    for (const connection of this.connections) {
      connection.uploads.length = 0;
      connection.serverNoticed = true;
      connection.session = undefined;
      connection.socket.close(4004, "");
    }
    this.connections = [];
  }

  /** Ends a connection with a closing handshake: everything that the client has sent arrives. False when it cannot. */
  sayGoodbye(connection: SimConnection | undefined, code: number): boolean {
    if (!connection?.session || connection.isOver || connection.session === this.blocked) return false;
    while (connection.uploads.length > 0) this.deliver(connection);
    if (connection.isOver) return false;
    this.noticed(connection, code);
    return true;
  }

  /** The session that the server has just opened. */
  private opened(connection: SimConnection, dialect: Dialect): void {
    const { socket } = connection;
    const session = [...this.sim.node.core.sessions.values()].find((one) => one.socket === socket);
    if (!session) throw new Error("the server opened no session");
    this.sim.log(`${session.id} connects: ${dialect}`);
    connection.session = this.model.open(session.id, dialect, ROOT_INSTANCE);
    connection.opened = connection.session;
  }

  /** With the whole state, a join shows the server's number for the version that the room has at this moment. */
  private learnVersion(request: SimRequest, answers: readonly string[]): void {
    if (request.kind !== "join" || request.follows !== true) return;
    const state = answers.findLast((answer) => answer.startsWith('{"$state"'));
    const one = this.model.rooms.find(request.room);
    if (!state || !one) return;
    const wrong = one.learn(Number(JSON.parse(state).$state.version), one.version);
    if (wrong !== undefined) throw new Error(wrong);
  }

  private arrived(session: ModelSession, { frame, number }: NonNullable<Upload["counted"]>): void {
    if (session.isResumable && number !== ++session.arrived)
      throw new Error(`frame ${number} of ${session.id} arrived as number ${session.arrived}`);
    this.model.receive(session, frame);
  }

  /** The first frames that the server wrote after a `$resume`. */
  private resumeAnswered(
    connection: SimConnection,
    { resumes, reload }: Upload,
    [first = "", second]: readonly string[],
  ): void {
    if (!resumes) return;
    const { $resumed, $fault } = JSON.parse(first);
    const { model, read } = resumes;
    if (!isJsonObject($resumed)) {
      this.sim.log(`${model.id} does not resume: ${$fault?.code}`);
      if (second === undefined) throw new Error(`no hello after ${first}`);
      this.checkFailure(model, String($fault?.code));
      this.opened(connection, "achex.2");
      return;
    }
    this.resumes++;
    this.sim.log(`${model.id} resumes`);
    if (!model.isOpen) throw new Error(`session ${model.id} was resumed after its end`);
    this.detach(model);
    this.model.resume(model, reload === true);
    connection.session = model;
    const missed = model.expected.length - read;
    if (Number($resumed.replay) < missed)
      throw new Error(`${$resumed.replay} frames are replayed, ${missed} were missed`);
    if ($resumed.name !== (model.name ?? ""))
      throw new Error(`${model.id} resumes as ${$resumed.name}, not as ${model.name}`);
    if ($resumed.received !== model.arrived)
      throw new Error(`${model.id} is told ${$resumed.received} instead of ${model.arrived}`);
  }

  /** Whether a resume may fail with this fault. */
  private checkFailure(model: ModelSession, code: string): void {
    if (code === "resume-gap" && this.options.mayForget && model.isOpen) {
      this.gaps++;
      this.detach(model);
      this.model.disconnect(model, undefined);
      return;
    }
    if (code === "resume-stale" && model.isOpen) return;
    if (code !== "resume-unknown" || (model.isOpen && model.name !== undefined))
      throw new Error(`${model.id} cannot be resumed: ${code}`);
  }

  /** From now on, what arrives on an earlier connection of the session is ignored. */
  private detach(model: ModelSession): void {
    for (const other of this.connections) if (other.session === model) other.session = undefined;
  }
}
