import type { Answers, AnyHandler } from "./answers.ts";
import type { AskOptions, ClientEvents, Credentials, Options, State } from "./api.ts";
import { Calls, type ServiceSchemas } from "./calls.ts";
import { systemClock } from "./clock.ts";
import { type Data, dataFrom } from "./data.ts";
import { Dispatch } from "./dispatch.ts";
import { Emitter } from "./emitter.ts";
import { type Fault, faultBecause, ownFault } from "./fault.ts";
import type { Link } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { Outcome } from "./outcome.ts";
import type { ClientRoom } from "./room.ts";
import { Rooms } from "./rooms.ts";
import type { StandardSchema } from "./schema.ts";
import { Session } from "./session.ts";
import { addressOf, ownWebSocket } from "./socket.ts";
import { Place } from "./target.ts";
import type { Watches } from "./watches.ts";
import { ClientWire } from "./wire.ts";

export interface AnySchemas {
  readonly direct?: StandardSchema;
  readonly hubs?: { readonly [hub: string]: StandardSchema | undefined };
  readonly broadcasts?: { readonly [broadcast: string]: StandardSchema | undefined };
  readonly services?: { readonly [service: string]: ServiceSchemas | undefined };
}

/** Contracts are types only: inside, a payload is any object. */
export type AnyContract = Record<never, never>;

export type AnyOptions = Omit<Options<object>, "schemas"> & { readonly schemas?: AnySchemas };

/** Puts the parts together: the session keeps the connection, the others use it while it is there. */
export class AchexClient {
  readonly wire: ClientWire;
  clockOffset = 0;
  readonly #options: AnyOptions;
  readonly #events = new Emitter<ClientEvents<AnyContract>>();
  readonly #outbox = new Outbox();
  readonly #session: Session;
  readonly #calls: Calls;
  readonly #rooms: Rooms;
  readonly #waiting: Outcome<void>[] = [];
  /** Loaded when they are first used. */
  #answers: Promise<Answers> | undefined;
  #watches: Promise<Watches> | undefined;

  constructor(url: string, options: AnyOptions) {
    const { dialect = "achex.2", schemas = {}, clock = systemClock, random = Math.random } = options;
    this.#options = options;
    this.#session = new Session(
      {
        url: addressOf(url, options.instance),
        WebSocket: options.WebSocket ?? ownWebSocket(),
        ...{ clock, random, dialect },
        frame: (frame, bytes) => dispatch.take(frame, bytes),
        up: (link, hello) => this.#up(link, dataFrom(hello.limits)),
        down: (code, reason) => this.#down(code, reason),
        changed: (state) => this.#changed(state),
        stopped: (fault) => this.#stopped(fault),
      },
      options,
    );
    const wire = new ClientWire(clock, this.#session, (fault) => this.#events.emit("fault", fault));
    this.wire = wire;
    this.#calls = new Calls(wire, this.#outbox);
    this.#rooms = new Rooms(wire, this.#outbox, schemas);
    const dispatch = new Dispatch({
      ...{ wire, dialect, rooms: this.#rooms, direct: schemas.direct, events: this.#events },
      answers: () => this.#answers,
      watches: () => this.#watches,
      reply: (sid, data) => this.session(sid).send(data),
    });
    this.#session.open();
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

  on<E extends keyof ClientEvents<AnyContract>>(
    type: E,
    listener: (event: ClientEvents<AnyContract>[E]) => void,
  ): () => void {
    return this.#events.on(type, listener);
  }

  ready(): Promise<void> {
    const outcome = new Outcome<void>();
    if (this.reason) outcome.reject(this.reason);
    else if (this.#session.link) outcome.resolve();
    else this.#waiting.push(outcome);
    return outcome;
  }

  login(credentials: Credentials): Promise<void> {
    const outcome = new Outcome<void>(this.wire.fault);
    if (this.reason?.code === "closed") outcome.reject(this.reason);
    else {
      this.#outbox.reopen();
      this.#session.login(credentials, {
        resolve: () => outcome.resolve(),
        // Without a connection it is part of the next one's beginning.
        reject: (fault, cut) => (cut ? void this.ready().then(outcome.resolve, outcome.reject) : outcome.reject(fault)),
      });
    }
    return outcome;
  }

  to(to: string | readonly string[]): Place {
    return new Place(this.#outbox, { to }, this.#options.schemas?.direct, this.wire.fault);
  }

  session(toS: number | readonly number[]): Place {
    return new Place(this.#outbox, { toS }, this.#options.schemas?.direct, this.wire.fault);
  }

  hub(name: string): ClientRoom {
    return this.#rooms.get("hub", name);
  }

  broadcast(name: string): ClientRoom {
    return this.#rooms.get("broadcast", name);
  }

  ask(whom: string | number, request: object, options: AskOptions<Data> = {}): Promise<Data> {
    if (typeof whom === "number") return this.#calls.ask({ toS: whom }, request, options);
    return this.#calls.ask({ to: whom }, request, options, this.#options.schemas?.services?.[whom]);
  }

  handle(name: string | AnyHandler, handler?: AnyHandler): () => void {
    const { schemas, name: login = "" } = this.#options;
    this.#answers ??= import("./answers.ts").then(
      ({ Answers }) => new Answers(this.wire, schemas?.services ?? {}, login),
    );
    const off = this.#answers.then((answers) =>
      typeof name === "string" ? answers.handle(name, handler) : answers.handle("", name),
    );
    off.catch((error) => this.wire.fault(faultBecause(error, "failed")));
    return () => void off.then((end) => end());
  }

  watch(...names: string[]): Promise<readonly string[]> {
    const outcome = new Outcome<readonly string[]>(this.wire.fault);
    this.#watches ??= import("./watches.ts").then(
      ({ Watches }) => new Watches(this.wire, (type, name) => this.#events.emit(type, name)),
    );
    this.#watches.then((watches) => watches.watch(names, outcome)).catch(outcome.reject);
    return outcome;
  }

  unwatch(...names: string[]): void {
    void this.#watches?.then((watches) => watches.unwatch(names));
  }

  latency(): Promise<number> {
    const outcome = new Outcome<number>(this.wire.fault);
    this.ready().then(() => this.#measure(outcome), outcome.reject);
    return outcome;
  }

  async drain(): Promise<void> {
    await this.#outbox.idle();
    await (await this.#answers)?.idle();
  }

  close(): void {
    this.#session.stop(ownFault("closed"));
  }

  #measure(outcome: Outcome<number>): void {
    const { clock } = this.wire;
    const asked = clock.now();
    this.wire.control('{"$time":true}', {
      reject: outcome.reject,
      resolve: ({ time }) => {
        const now = clock.now();
        const milliseconds = now - asked;
        if (typeof time === "number") this.clockOffset = Math.round(time - (asked + now) / 2);
        outcome.resolve(milliseconds);
        this.#events.emit("latency", { milliseconds, clockOffset: this.clockOffset });
      },
    });
  }

  #up(link: Link, limits: Data): void {
    this.#rooms.restore();
    void this.#watches?.then((watches) => watches.restore());
    this.#outbox.up(link, limits);
    // The old servers are sent nothing they were not asked for.
    if (!this.#options.dialect || this.#options.dialect === "achex.2") this.#measure(new Outcome());
  }

  #down(code: number, reason: string): void {
    const counts = this.#outbox.down();
    void this.#answers?.then((answers) => answers.cut());
    this.wire.cut(ownFault("unknown"));
    this.#events.emit("lost", { code, reason, ...counts });
  }

  #changed(state: State): void {
    if (state === "ready") for (const outcome of this.#waiting.splice(0)) outcome.resolve();
    this.#events.emit("state", state);
  }

  #stopped(fault: Fault): void {
    this.#outbox.close(fault);
    void this.#answers?.then((answers) => answers.cut());
    this.#rooms.stop(fault);
    void this.#watches?.then((watches) => watches.stop(fault));
    this.wire.cut(fault);
    for (const outcome of this.#waiting.splice(0)) outcome.reject(fault);
  }
}
