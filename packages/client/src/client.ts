import type { AskOptions, ServerTime } from "./api.ts";
import { ask } from "./ask.ts";
import { type AnyHandler, CallHandlers } from "./call-handlers.ts";
import { CallRouter } from "./call-router.ts";
import type { CredentialsSource } from "./credentials.ts";
import { Emitter } from "./emitter.ts";
import { type Fault, faultFromError, faultFromFrame, ownFault } from "./fault.ts";
import { addressKeyOf, checkTarget } from "./frames.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { type Bytes, type Data, isData } from "./json.ts";
import { Inbox } from "./kept/inbox.ts";
import type { Position } from "./kept/position.ts";
import { logInAgain } from "./log-in.ts";
import { type Incoming, incomingFrom } from "./message.ts";
import { MessageReader } from "./message-reader.ts";
import { NameWatcher } from "./name-watcher.ts";
import type { AnyEvents, AnyOptions, ReadyOptions, State } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { ClientRoom } from "./room.ts";
import { type AnySchemas, entryFor } from "./schema.ts";
import { SendIds } from "./send-ids.ts";
import { SendTarget } from "./send-target.ts";
import { ServerClock } from "./server-clock.ts";
import { Session } from "./session.ts";

/** How long running handlers may take when a service retires, ms. */
const RETIRE = 30_000;

/** The client object of an application: the session, and everything sent over it. */
export class AchexClient {
  readonly internals: ClientInternals;
  readonly clock: ServerTime;
  readonly #events = new Emitter<AnyEvents>();
  readonly #session: Session;
  readonly #options: AnyOptions;
  readonly #schemas: AnySchemas;
  readonly #calls: CallRouter;
  readonly #handlers: CallHandlers;
  readonly #watcher: NameWatcher;
  readonly #serverClock: ServerClock;
  readonly #rooms = new Map<string, ClientRoom>();
  readonly #inbox: Inbox | undefined;
  /** Messages of the inbox that wait for a listener: without one, they would be confirmed unseen. */
  readonly #unseen: Incoming[] = [];

  constructor(url: string, options: AnyOptions) {
    const session = new Session(url, options, {
      events: this.#events,
      receive: (frame, text, bytes) => this.#receive(frame, text, bytes),
      probe: () => this.#serverClock.measure(),
    });
    this.#session = session;
    this.#options = options;
    this.#schemas = options.schemas ?? {};
    // An answer to a call of the page before must not answer one of this page.
    this.#calls = new CallRouter(session, options.survive ? session.clock.now() : 0);
    // A caller whose signal was aborted needs no result.
    const report = (fault: Fault) => fault.code !== "aborted" && this.#events.emit("fault", fault);
    const outbox = new Outbox(session);
    const reader = new MessageReader({
      ...{ schemas: this.#schemas, parse: options.parse, isLegacy: session.legacy },
      reply: (sid, data) => this.session(sid).send(data),
    });
    this.internals = { session, outbox, calls: this.#calls, sendIds: new SendIds(), reader, report };
    const { device } = session;
    if (device !== undefined)
      this.#inbox = new Inbox({
        ...{ device, outbox, report, name: () => this.name },
        gap: (gap) => this.#events.emit("gap", gap),
      });
    this.#handlers = new CallHandlers(this.internals, this.#schemas);
    this.#watcher = new NameWatcher(this.internals, (type, name) => this.#events.emit(type, name));
    this.#serverClock = new ServerClock(session, (milliseconds) =>
      this.#events.emit("latency", { milliseconds, clockOffset: this.clockOffset }),
    );
    this.clock = this.#serverClock;
    if (options.autoConnect !== false) session.start();
  }

  get state(): State {
    return this.#session.state;
  }

  get reason(): Fault | undefined {
    return this.#session.reason;
  }

  get sid(): number | undefined {
    return this.#session.identity.sid;
  }

  get name(): string | undefined {
    return this.#session.identity.name;
  }

  get hello(): Readonly<Data> {
    return this.#session.identity.hello;
  }

  get clockOffset(): number {
    return Math.round(this.#serverClock.offset);
  }

  get pressure(): number {
    return this.internals.outbox.pressure;
  }

  on<E extends keyof AnyEvents>(type: E, listener: (event: AnyEvents[E]) => void): () => void {
    const off = this.#events.on(type, listener);
    if (type === "message") for (const incoming of this.#unseen.splice(0)) this.#deliver(incoming);
    return off;
  }

  get nextAttempt(): number | undefined {
    return this.#session.nextAttempt;
  }

  connect(): Promise<void> {
    this.#session.start();
    return this.#session.ready();
  }

  reconnect(): void {
    this.#session.wake();
  }

  ready(options?: ReadyOptions): Promise<void> {
    return this.#session.ready(options ?? {});
  }

  login(credentials: CredentialsSource): Promise<void> {
    const promise = IgnorablePromise.open<void>(this.internals.report);
    logInAgain(this.#session, credentials, promise);
    return promise;
  }

  to(to: string | readonly string[]): SendTarget {
    checkTarget(to);
    return new SendTarget(this.internals, { to }, this.#schemas.direct);
  }

  session(toS: number | readonly number[]): SendTarget {
    checkTarget(toS);
    return new SendTarget(this.internals, { toS }, this.#schemas.direct);
  }

  hub(name: string): ClientRoom {
    return this.#room("hub", name);
  }

  broadcast(name: string): ClientRoom {
    return this.#room("broadcast", name);
  }

  ask(whom: string | number, request: object, options?: AskOptions<Data>): Promise<Data> {
    const schemas = typeof whom === "string" ? entryFor(this.#schemas.services, whom) : undefined;
    return ask(this.internals, whom, request, options ?? {}, schemas);
  }

  handle(name: string | AnyHandler, handler?: AnyHandler): () => void {
    return this.#handlers.handle(name, handler);
  }

  watch(...names: string[]): Promise<readonly string[]> {
    return this.#watcher.watch(names);
  }

  unwatch(...names: string[]): void {
    this.#watcher.unwatch(names);
  }

  latency(): Promise<number> {
    const promise = IgnorablePromise.open<number>(this.internals.report);
    this.#session.ready().then(
      () => this.#serverClock.measure((milliseconds, fault) => promise.settle(milliseconds, fault)),
      (error) => promise.reject(faultFromError(error, "closed")),
    );
    return promise;
  }

  async drain(): Promise<void> {
    await this.internals.outbox.idle();
    await this.#handlers.idle();
  }

  async retire(options?: { readonly timeout?: number }): Promise<void> {
    const { timeout = RETIRE } = options ?? {};
    await this.#handlers.idle(timeout, this.#handlers.retire());
    this.close();
  }

  close(): void {
    this.#session.stop(ownFault("closed"), true);
  }

  #receive(frame: Data, text: string, bytes: Bytes | undefined): void {
    const key = addressKeyOf(frame);
    let incoming: Incoming | undefined;
    try {
      incoming = key && incomingFrom(frame, text, bytes, key, this.#options.parse);
    } catch (error) {
      const { code, message } = faultFromError(error, "invalid");
      this.internals.report(faultFromError(error, "invalid"));
      // Without this, the question would wait for an answer that cannot be read.
      if (isData(frame.$answer)) this.#calls.answered({ ...frame.$answer, fault: { code, message } }, undefined);
      return;
    }
    // From the frame: the parser of the application may read ids as another type.
    const { $call, $answer, $fault, leftHub } = frame;
    // To legacy clients these two are payload like any other.
    if (incoming && (this.#session.legacy || !(isData($call) || isData($answer)))) this.#deliver(incoming);
    else if (isData($answer)) this.#calls.answered($answer, incoming);
    // A frame without address: the server cancels on behalf of the caller.
    else if (isData($call)) this.#calls.called($call, incoming ?? incomingFrom(frame, text, bytes, ["toS", "session"]));
    else if (isData($fault)) this.internals.report(faultFromFrame($fault));
    else if ("$time" in frame) this.#serverClock.received(frame.$time);
    else {
      // A frame about a room has one key, such as `$joined`, whose object names the room.
      const { hub = leftHub, bc } = Object.values(frame).find(isData) ?? {};
      if (isData(frame.$kept) && "name" in frame.$kept) this.#inbox?.started(frame.$kept);
      this.#rooms.get(bc === undefined ? `hub ${hub}` : `broadcast ${bc}`)?.received(frame);
      this.#watcher.received(frame);
    }
  }

  #deliver(incoming: Incoming): void {
    const { seq, channel } = incoming;
    const { kind } = channel;
    const rooms = [...new Set(channel.names)].flatMap((name) => this.#rooms.get(`${kind} ${name}`) ?? []);
    const inbox = kind === "name" && seq !== undefined ? this.#inbox : undefined;
    if (inbox && !this.#events.has("message")) {
      this.#unseen.push(incoming);
      return;
    }
    let position: Position | undefined;
    if (seq !== undefined) {
      if (inbox && !inbox.begin(seq)) return;
      // In a list of several kept rooms, nothing says which of them the sequence number belongs to.
      const [room, another] = rooms.filter(({ log }) => log.current);
      const isOwn = room?.isOwn(incoming);
      position = inbox?.positionOf(seq) ?? (another ? undefined : room?.log.received(seq));
      if (isOwn) return;
    }
    const outcomes: unknown[] = [];
    try {
      const message = this.internals.reader.message(incoming, position);
      for (const room of rooms) room.receivedMessage(message);
      this.#events.emit("message", message, inbox && ((outcome) => outcomes.push(outcome)));
    } catch (error) {
      this.internals.report(faultFromError(error, "invalid"));
    }
    if (seq !== undefined) inbox?.handled(seq, outcomes);
  }

  #room(kind: "hub" | "broadcast", name: string): ClientRoom {
    checkTarget([name]);
    const key = `${kind} ${name}`;
    let room = this.#rooms.get(key);
    if (!room) {
      const { [`${kind}s` as const]: rooms, state } = this.#schemas;
      room = new ClientRoom(
        this.internals,
        kind,
        String(name),
        entryFor(rooms, String(name)),
        entryFor(state, String(name)),
        (gap) => this.#events.emit("gap", gap),
      );
      this.#rooms.set(key, room);
    }
    return room;
  }
}
