import { isCountedFromClient, isCountedFromServer, isJsonObject, type JsonObject } from "@achex/protocol";
import type { MemorySocket } from "../../kit/memory-socket.ts";
import { type KeptTruth, keyOf } from "./disk.ts";
import { type Start, Stream } from "./stream.ts";

/** A message that a name sends, until it is confirmed. */
export interface Sent {
  readonly n: number;
  readonly to: { readonly kind: "hub" | "name"; readonly name: string };
  readonly id: string | undefined;
}

type Question =
  | { readonly kind: "send"; readonly sent: Sent }
  | { readonly kind: "join"; readonly hub: string }
  | { readonly kind: "leave"; readonly hub: string }
  | { readonly kind: "history"; readonly hub: string; readonly page: JsonObject }
  | { readonly kind: "login" | "confirm" };

/** What all clients report to the simulator. */
export interface Witness {
  confirmed(sent: Sent, result: JsonObject): void;
  rejected(sent: Sent, code: string): void;
  history(hub: string, page: JsonObject, result: JsonObject): void;
}

const addressOf = ({ kind, name }: Sent["to"]): JsonObject => (kind === "hub" ? { toH: name } : { to: name });

/** A client of achex.2 that checks what it receives. */
export class KeptClient {
  /** Streams of what the session is in, by channel. */
  readonly streams = new Map<string, Stream>();
  /** Channels that it has joined or is joining. */
  readonly hubs = new Set<string>();
  /** Where it left, by hub: the position that a client library would keep. */
  readonly positions = new Map<string, { readonly epoch: string; readonly seq: number }>();
  /** Messages with an id that have no result. */
  readonly unconfirmed = new Map<number, Sent>();
  readonly sentFrames: string[] = [];
  socket: MemorySocket | undefined;
  token = "";
  /** It has presented its token, and sends nothing until the reply. */
  private isResuming = false;
  private generation = 0;
  private received = 0;
  private inbox: Start | undefined;
  private readonly own = new Set<number>();
  private readonly questions = new Map<number, Question>();
  private refs = 0;
  private answered = 0;

  constructor(
    readonly name: string,
    private readonly disk: KeptTruth,
    private readonly witness: Witness,
  ) {}

  get isConnected(): boolean {
    return this.socket !== undefined && !this.socket.over;
  }

  /** It may send frames. */
  get isReady(): boolean {
    return this.isConnected && !this.isResuming;
  }

  /** Requests without a reply. */
  get unanswered(): readonly Question[] {
    return [...this.questions.values()];
  }

  /** A new session begins. */
  begin(socket: MemorySocket, isResumable: boolean, device: string | undefined, confirmed: number): void {
    this.socket = socket;
    this.forgetSession();
    if (isResumable) this.write('{"$resume":true}');
    this.inbox = device === undefined ? undefined : { kind: "device", confirmed };
    this.ask({ kind: "login" }, { setID: this.name, ...(device !== undefined && { $inbox: device }) });
  }

  /** The session goes on with another connection. */
  resume(socket: MemorySocket): void {
    this.socket = socket;
    this.isResuming = true;
    this.write(
      JSON.stringify({ $resume: { token: this.token, generation: ++this.generation, received: this.received } }),
    );
  }

  /** Its session has ended, and whatever was on its way is lost. */
  disconnect(): void {
    this.socket?.terminate();
    this.socket = undefined;
    this.forgetSession();
  }

  /** Its session has ended. */
  private forgetSession(): void {
    for (const stream of this.streams.values())
      if (stream.channel.kind === "hub" && stream.last !== undefined)
        this.positions.set(stream.channel.name, { epoch: stream.epoch, seq: stream.last });
    for (const one of [this.streams, this.hubs, this.own, this.questions]) one.clear();
    this.sentFrames.length = 0;
    this.token = "";
    this.isResuming = false;
    this.generation = 0;
    this.received = 0;
    this.refs = 0;
    this.answered = 0;
  }

  send(sent: Sent): void {
    this.own.add(sent.n);
    if (sent.id !== undefined) this.unconfirmed.set(sent.n, sent);
    this.ask(
      { kind: "send", sent },
      { ...addressOf(sent.to), ...(sent.id !== undefined && { $id: sent.id }), n: sent.n },
    );
  }

  join(hub: string, $since: JsonObject | undefined): void {
    this.hubs.add(hub);
    this.streams.set(`hub ${hub}`, this.stream({ kind: "hub", name: hub }, startOf($since)));
    this.ask({ kind: "join", hub }, { joinHub: hub, ...($since && { $since }) });
  }

  leave(hub: string): void {
    this.hubs.delete(hub);
    this.ask({ kind: "leave", hub }, { leaveHub: hub });
  }

  history(hub: string, page: JsonObject): void {
    this.ask({ kind: "history", hub, page }, { $history: { hub, ...page } });
  }

  confirm(device: string): void {
    const seq = this.streams.get(`name ${this.name}`)?.last;
    if (seq !== undefined) this.ask({ kind: "confirm" }, { $confirm: { name: this.name, device, seq } });
  }

  /** Reads some of what has arrived. */
  read(most: number): void {
    for (const text of this.socket?.flush(most) ?? []) this.handle(text, JSON.parse(text));
  }

  private ask(question: Question, frame: JsonObject): void {
    const $ref = ++this.refs;
    this.questions.set($ref, question);
    this.write(JSON.stringify({ $ref, ...frame }));
  }

  private write(text: string): void {
    if (isCountedFromClient(text)) this.sentFrames.push(text);
    this.socket?.data.owner?.receive(text);
  }

  private handle(text: string, frame: JsonObject): void {
    if (isCountedFromServer(frame)) this.received++;
    const { toH, to, $seq, $kept, $ref, $resumable, $resumed } = frame;
    if (toH !== undefined || to !== undefined) {
      const key = toH === undefined ? `name ${to}` : `hub ${toH}`;
      if (typeof $seq !== "number") throw new Error(`${this.name} received ${text} without a position`);
      this.streams.get(key)?.message(text, $seq);
    } else if (isJsonObject($kept)) this.keptHeader($kept);
    else if (isJsonObject($resumable)) this.token = String($resumable.token);
    else if (isJsonObject($resumed)) this.sendAgain(Number($resumed.received));
    else if (typeof $ref === "number") this.answer($ref, frame);
    else if (isJsonObject(frame.$fault)) {
      if (frame.$fault.code !== "resume-unknown" && frame.$fault.code !== "resume-gap")
        throw new Error(`${this.name} received ${text}`);
      this.disconnect();
    }
  }

  private sendAgain(from: number): void {
    this.isResuming = false;
    for (const text of this.sentFrames.slice(from)) this.socket?.data.owner?.receive(text);
  }

  private keptHeader($kept: JsonObject): void {
    const key = $kept.hub === undefined ? `name ${$kept.name}` : `hub ${$kept.hub}`;
    this.streams.get(key)?.header($kept);
  }

  private answer($ref: number, { $result, $fault }: JsonObject): void {
    const question = this.questions.get($ref);
    if (!question || $ref <= this.answered) throw new Error(`${this.name}: reply ${$ref} came after ${this.answered}`);
    this.answered = $ref;
    this.questions.delete($ref);
    const result = isJsonObject($result) ? $result : undefined;
    const code = isJsonObject($fault) ? String($fault.code) : "";
    if (question.kind === "send") {
      if (result) this.unconfirmed.delete(question.sent.n);
      if (result) this.witness.confirmed(question.sent, result);
      else this.witness.rejected(question.sent, code);
    } else if (question.kind === "history" && result) this.witness.history(question.hub, question.page, result);
    else if (question.kind === "history" && code === "not-member") return;
    else if (!result) throw new Error(`${this.name}: ${JSON.stringify(question)} was rejected: ${code}`);
    else if (question.kind === "join" && isJsonObject(result.kept))
      this.streams.get(`hub ${question.hub}`)?.joined(result.kept);
    else if (question.kind === "leave" && !this.hubs.has(question.hub)) this.left(question.hub);
    else if (question.kind === "login") this.loggedIn();
  }

  private left(hub: string): void {
    const stream = this.streams.get(`hub ${hub}`);
    if (stream?.last !== undefined) this.positions.set(hub, { epoch: stream.epoch, seq: stream.last });
    this.streams.delete(`hub ${hub}`);
  }

  private loggedIn(): void {
    const channel = { kind: "name", name: this.name } as const;
    const stream = this.stream(channel, this.inbox);
    const log = this.disk.logs.get(keyOf(channel));
    // Without an inbox it receives what is delivered from its login on; what that begins with is not known.
    if (!this.inbox) stream.epoch = log?.epoch ?? this.disk.epoch;
    this.streams.set(keyOf(channel), stream);
  }

  private stream(channel: Stream["channel"], start: Start | undefined): Stream {
    return new Stream(this.disk, channel, (frame) => this.own.has(JSON.parse(frame).n), start);
  }
}

function startOf($since: JsonObject | undefined): Start | undefined {
  if (!$since) return undefined;
  if (typeof $since.last === "number") return { kind: "last", count: $since.last };
  return { kind: "since", epoch: String($since.epoch), seq: Number($since.seq) };
}
