import type { AskOptions } from "./api.ts";
import { ask } from "./ask.ts";
import { type AnyHandler, CallHandlers } from "./call-handlers.ts";
import { CallRouter } from "./call-router.ts";
import { Emitter } from "./emitter.ts";
import { type Fault, faultFromError, faultFromFrame, ownFault } from "./fault.ts";
import { addressKeyOf } from "./frames.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, isData } from "./json.ts";
import { type Incoming, incomingFrom } from "./message.ts";
import { NameWatcher } from "./name-watcher.ts";
import type { AnyOptions, ClientEvents, Credentials, State } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { ClientRoom } from "./room.ts";
import { type AnySchemas, validated } from "./schema.ts";
import { SendTarget } from "./send-target.ts";
import { Session } from "./session.ts";

/** What an application holds: the session, and what goes over it. */
export class AchexClient {
  readonly internals: ClientInternals;
  clockOffset = 0;
  readonly #events = new Emitter<ClientEvents<object>>();
  readonly #session: Session;
  readonly #schemas: AnySchemas;
  readonly #calls: CallRouter;
  readonly #handlers: CallHandlers;
  readonly #watcher: NameWatcher;
  readonly #rooms = new Map<string, ClientRoom>();

  constructor(url: string, options: AnyOptions) {
    const session = new Session(url, options, {
      events: this.#events,
      receive: (frame, bytes) => this.#receive(frame, bytes),
      probe: () => this.#measure(),
    });
    this.#session = session;
    this.#schemas = options.schemas ?? {};
    this.#calls = new CallRouter(session);
    // Whoever gave up need not be told.
    const report = (fault: Fault) => fault.code !== "aborted" && this.#events.emit("fault", fault);
    this.internals = { session, outbox: new Outbox(session), calls: this.#calls, report };
    this.#handlers = new CallHandlers(this.internals, this.#schemas, options.name);
    this.#watcher = new NameWatcher(this.internals, (type, name) => this.#events.emit(type, name));
    session.start();
  }

  get state(): State {
    return this.#session.state;
  }

  get reason(): Fault | undefined {
    return this.#session.reason;
  }

  get sid(): number | undefined {
    return this.#session.sid;
  }

  get name(): string | undefined {
    return this.#session.name;
  }

  get hello(): Readonly<Data> {
    return this.#session.hello;
  }

  on<E extends keyof ClientEvents<object>>(type: E, listener: (event: ClientEvents<object>[E]) => void): () => void {
    return this.#events.on(type, listener);
  }

  ready(): Promise<void> {
    return this.#session.ready();
  }

  login(credentials: Credentials): Promise<void> {
    const promise = IgnorablePromise.open<void>(this.internals.report);
    this.#session.login(credentials, promise);
    return promise;
  }

  to(to: string | readonly string[]): SendTarget {
    return new SendTarget(this.internals, { to }, this.#schemas.direct);
  }

  session(toS: number | readonly number[]): SendTarget {
    return new SendTarget(this.internals, { toS }, this.#schemas.direct);
  }

  hub(name: string): ClientRoom {
    return this.#room("hub", name);
  }

  broadcast(name: string): ClientRoom {
    return this.#room("broadcast", name);
  }

  ask(whom: string | number, request: object, options: AskOptions<Data> = {}): Promise<Data> {
    const address = typeof whom === "number" ? { toS: whom } : { to: whom };
    return ask(this.internals, address, request, options, this.#schemas.services?.[whom]);
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
      () => this.#measure(promise),
      (error) => promise.reject(faultFromError(error, "closed")),
    );
    return promise;
  }

  async drain(): Promise<void> {
    await this.internals.outbox.idle();
    await this.#handlers.idle();
  }

  close(): void {
    this.#session.stop(ownFault("closed"));
  }

  #receive(frame: Data, bytes: Uint8Array | undefined): void {
    const key = addressKeyOf(frame);
    const incoming = key && incomingFrom(frame, bytes, key);
    const { $call, $answer, $fault, leftHub } = incoming?.data ?? frame;
    // To legacy clients these two are payload like any other.
    if (incoming && (this.#session.legacy || !(isData($call) || isData($answer)))) this.#deliver(incoming);
    else if (isData($answer)) this.#calls.answered($answer, incoming);
    // A frame without address: the server cancels on behalf of the caller.
    else if (isData($call)) this.#calls.called($call, incoming ?? incomingFrom(frame, bytes, ["toS", "session"]));
    else if (isData($fault)) this.internals.report(faultFromFrame($fault));
    else {
      // A presence frame has one key, such as `$joined`, whose object names the room.
      const { hub = leftHub, bc } = Object.values(frame).find(isData) ?? {};
      this.#rooms.get(bc === undefined ? `hub ${hub}` : `broadcast ${bc}`)?.receivedPresence(frame);
      this.#watcher.received(frame);
    }
  }

  #deliver({ data, from, sid, channel, bytes }: Incoming): void {
    const rooms = [...new Set(channel.names)].map((name) => this.#rooms.get(`${channel.kind} ${name}`));
    const isRoom = channel.kind === "hub" || channel.kind === "broadcast";
    try {
      const schema = isRoom ? rooms.find((room) => room?.schema)?.schema : this.#schemas.direct;
      const valid = validated(schema, data, `message from ${from}`);
      const reply = (answer: object) => this.session(sid).send(answer);
      const message = { data: isData(valid) ? valid : data, from, sid, channel, bytes, reply };
      for (const room of rooms) room?.receivedMessage(message);
      this.#events.emit("message", message);
    } catch (error) {
      this.internals.report(faultFromError(error, "invalid"));
    }
  }

  #room(kind: "hub" | "broadcast", name: string): ClientRoom {
    const key = `${kind} ${name}`;
    let room = this.#rooms.get(key);
    if (!room) {
      room = new ClientRoom(this.internals, kind, name, this.#schemas[`${kind}s`]?.[name]);
      this.#rooms.set(key, room);
    }
    return room;
  }

  #measure(promise?: IgnorablePromise<number>): void {
    const { clock } = this.#session;
    const asked = clock.now();
    this.#session.control({ $time: true }, ({ time }, fault) => {
      const now = clock.now();
      const milliseconds = now - asked;
      promise?.settle(milliseconds, fault);
      if (fault) return;
      if (typeof time === "number") this.clockOffset = Math.round(time - (asked + now) / 2);
      this.#events.emit("latency", { milliseconds, clockOffset: this.clockOffset });
    });
  }
}
