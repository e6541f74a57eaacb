import { isJsonObject, type JsonObject } from "@achex/protocol";
import { partsOf } from "../../kit/binary-frame.ts";
import type { Room } from "../achex2/state.ts";
import { noteMessage, noteReply } from "./client-knowledge.ts";
import { ClientSession } from "./client-session.ts";
import type { SimConnection } from "./connection.ts";
import type { SenderView } from "./frame-generator.ts";
import { comparable, isCounted, isUnaskedFault, roomReplyText, type SimFrame } from "./frames.ts";
import type { ResumeModel } from "./model.ts";
import type { ModelSession } from "./model-session.ts";

const ENABLE = { no: undefined, yes: '{"$resume":true}', reload: '{"$resume":{"reload":true}}' };

/** A client that counts, keeps what is not acknowledged, and resumes (PROTOCOL.md R70 to R74). Throws when the server is wrong. */
export class ResumableClient implements SenderView {
  session: ClientSession | undefined;
  connection: SimConnection | undefined;
  /** The current connection has its session, so frames are sent on it. */
  isLive = false;
  hasSlowLogin = false;
  /** Its page has been loaded again, and the session not yet resumed. */
  private isNewPage = false;

  constructor(
    readonly isAchex2: boolean,
    /** Whether it enables resume, and whether it survives a reload of its page. */
    readonly enables: keyof typeof ENABLE,
    private readonly truth: Pick<ResumeModel, "turns" | "rooms">,
  ) {}

  get calls() {
    return this.session?.incoming ?? [];
  }

  get asked(): readonly number[] {
    return [...(this.session?.asked ?? [])];
  }

  knownRoom(room: Room) {
    return this.session?.rooms.find(room);
  }

  get canResume(): boolean {
    return this.session?.token !== undefined;
  }

  /** A connection that opens a new session. */
  opened(connection: SimConnection, model: ModelSession): void {
    this.connection = connection;
    this.begin(model);
  }

  /** A connection on which the client asks for its session. */
  resumes(connection: SimConnection): void {
    const { session } = this;
    if (!session) throw new Error("there is no session to resume");
    this.connection = connection;
    this.isLive = false;
    const { token, received } = session;
    const generation = ++session.generation;
    const reload = this.isNewPage ? { reload: true } : {};
    const payload = JSON.stringify({ $resume: { token, generation, received, ...reload } });
    connection.send({ payload, counted: undefined, resumes: session, reload: this.isNewPage });
  }

  /** The page is loaded again: it knows no more than its token and counts. */
  reload(): void {
    const { session } = this;
    if (!session) return;
    this.isNewPage = true;
    session.unacknowledged = [];
    session.incoming.length = 0;
    session.asked.clear();
    for (const known of [session.view.rooms, session.view.counts, session.rooms]) known.clear();
  }

  /** The client gives up its connection, or notices that it is lost. */
  disconnected(): void {
    if (this.connection) this.connection.clientNoticed = true;
    this.connection = undefined;
    this.isLive = false;
    if (!this.canResume) this.session = undefined;
  }

  /** Sends now, or once the session has been resumed. */
  send(frame: SimFrame): void {
    const { session } = this;
    // A new page does not know yet with which number its first frame is sent.
    if (!session || this.isNewPage) return;
    const { ref, request } = frame;
    if (ref !== undefined) session.pending.set(ref, frame);
    if (request.kind === "login" && request.ticket !== undefined) this.hasSlowLogin = true;
    const number = session.isCounting ? ++session.sent : 0;
    if (number > 0) session.unacknowledged.push({ number, frame });
    if (this.isLive) this.upload(frame, number);
  }

  sendSeen(): void {
    const { session } = this;
    if (!this.isLive || session?.token === undefined) return;
    const payload = `{"$seen":{"received":${session.received},"sent":${session.sent}}}`;
    this.connection?.send({ payload, counted: undefined });
  }

  sendHeartbeat(): void {
    if (this.isLive && this.isAchex2) this.connection?.send({ payload: '{"$time":true}', counted: undefined });
  }

  /** A frame arrives on the current connection. */
  receive(text: string): void {
    const isBinary = !text.startsWith("{");
    const frame: unknown = JSON.parse(isBinary ? partsOf(text).header : text);
    if (!isJsonObject(frame)) throw new Error(`${text} is not a frame`);
    if (!this.isLive) this.handshake(frame, text);
    else if (this.session?.model.isAchex2 && this.control(frame)) return;
    else this.handle(frame, text);
  }

  private begin(model: ModelSession): void {
    this.session = new ClientSession(model, this.truth.rooms);
    this.isNewPage = false;
    this.isLive = true;
    this.hasSlowLogin = false;
    const payload = ENABLE[this.enables];
    if (payload === undefined) return;
    this.session.isCounting = true;
    this.connection?.send({ payload, counted: undefined, enables: true });
  }

  /** The reply to `$resume`: `$resumed`, or a fault and then `$hello`. */
  private handshake(frame: JsonObject, text: string): void {
    const { $resumed } = frame;
    if (isJsonObject($resumed)) this.resumed($resumed);
    else if ("$hello" in frame) {
      const model = this.connection?.opened;
      if (!model) throw new Error("a hello without a session");
      this.begin(model);
    } else if (!isUnaskedFault(frame)) throw new Error(`a resume was answered with ${text}`);
  }

  private resumed({ sid, received }: JsonObject): void {
    const { session } = this;
    if (!session || sid !== session.model.id) throw new Error(`resumed session ${sid} instead of ${session?.model.id}`);
    this.isLive = true;
    session.view.isStale = true;
    // Frames that the old page sent and the server did not receive are lost with the page.
    if (this.isNewPage) session.sent = Number(received);
    else session.acknowledge(Number(received));
    this.isNewPage = false;
    for (const { number, frame } of session.unacknowledged) this.upload(frame, number);
  }

  private upload(frame: SimFrame, number: number): void {
    this.connection?.send({ payload: frame.payload, counted: { frame, number } });
  }

  /** Frames about the session itself; false for any other. */
  private control(frame: JsonObject): boolean {
    const { session } = this;
    const { $resumable, $seen } = frame;
    if (isJsonObject($resumable) && session) session.token = String($resumable.token);
    else if (isJsonObject($seen) && session) {
      session.acknowledge(Number($seen.received));
      if ($seen.sent !== session.received)
        throw new Error(`${session.model.id} received ${session.received} frames and is told ${$seen.sent}`);
    } else return "$hello" in frame || typeof frame.$time === "number";
    return true;
  }

  private handle(frame: JsonObject, text: string): void {
    const { session } = this;
    if (!session) throw new Error(`${text} without a session`);
    if (session.model.isAchex2 && !isCounted(frame)) {
      if (!session.view.handleEvent(frame) && !session.rooms.handleEvent(frame))
        throw new Error(`${session.model.id} got ${text}`);
      return;
    }
    if (session.token !== undefined) session.received++;
    if (session.model.isAchex2 && isUnaskedFault(frame)) {
      // Its `$resume` was not the first frame, because an attempt to resume another session came too late on this connection.
      if (JSON.stringify(frame).includes('"resume-late"')) session.isCounting = false;
      return;
    }
    const { turns } = this.truth;
    if (turns.has(text)) {
      const wrong = turns.received(session.model, text);
      if (wrong !== undefined) throw new Error(`${session.model.id} received ${text}, but ${wrong}`);
    } else this.compare(session, frame, text);
    noteMessage(session, frame);
    const request = noteReply(session, frame);
    if (request?.kind === "login" && request.ticket !== undefined) this.hasSlowLogin = false;
  }

  private compare(session: ClientSession, frame: JsonObject, text: string): void {
    const { model } = session;
    const place = model.sliced.get(text);
    if (place) {
      if (session.read < place.first || session.read > place.last)
        throw new Error(
          `${model.id} received a large message at ${session.read}, not from ${place.first} to ${place.last}`,
        );
      model.sliced.delete(text);
      return;
    }
    const expected = model.expected[session.read++];
    const ref = Number(frame.$ref);
    if (expected === roomReplyText(ref)) {
      const wrong = this.truth.rooms.replies.get(ref)?.(frame);
      if (wrong !== undefined) throw new Error(`${model.id} received ${text}, but ${wrong}`);
      return;
    }
    const actual = comparable(frame, text);
    if (expected !== actual)
      throw new Error(`${model.id} should receive ${expected} (${session.read}) and received ${actual}`);
  }
}
