import type {
  Attributes,
  BinarySource,
  JoinOptions,
  Lease,
  Member,
  MemberPage,
  Room,
  RoomEvents,
  RoomStatus,
  SendOptions,
} from "./api.ts";
import { Emitter } from "./emitter.ts";
import { type Fault, faultFromError, ownFault } from "./fault.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, numberFrom, textFrom } from "./json.ts";
import type { LifecycleListener } from "./lifecycle.ts";
import type { Delivery, Message } from "./message.ts";
import { createMessageIterator, type MessageIterator } from "./message-iterator.ts";
import { type Joined, type PendingJoin, PendingJoins } from "./pending-joins.ts";
import { membersFrom, Roster } from "./roster.ts";
import type { StandardSchema } from "./schema.ts";
import { SendTarget } from "./send-target.ts";

/** Delay before rejoining a room if the server was busy, ms. */
const RETRY = 1_000;

/** In runtimes without Symbol.asyncDispose, compilers use the registered symbol of the same name. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

export class ClientRoom implements Room<Data>, LifecycleListener {
  readonly name: string;
  readonly schema: StandardSchema | undefined;
  readonly #internals: ClientInternals;
  readonly #target: SendTarget;
  readonly #hub: boolean;
  readonly #events = new Emitter<RoomEvents<Data>>();
  readonly #iterators = new Set<MessageIterator<Message>>();
  readonly #roster = new Roster((type, event) => this.#events.emit(type, event));
  #count = 0;
  /** True from join() until leave(). */
  #pinned = false;
  readonly #holds = new Set<JoinOptions>();
  /** The options of the next join, and those of the last one that was accepted. */
  #wish: JoinOptions = {};
  #granted: JoinOptions | undefined;
  #isIn = false;
  /** Cancels the retry of a rejoin that was rejected. */
  #cancelRetry = () => {};
  #requests = 0;
  /** Replies to requests up to this number are ignored. */
  #lastEnded = 0;
  readonly #joins = new PendingJoins();

  constructor(internals: ClientInternals, kind: "hub" | "broadcast", name: string, schema?: StandardSchema) {
    this.name = name;
    this.schema = schema;
    this.#internals = internals;
    this.#hub = kind === "hub";
    this.#target = new SendTarget(internals, this.#hub ? { toH: name } : { bc: name }, schema);
    internals.session.lifecycle.add("restore", this);
  }

  get members(): readonly Member[] {
    return this.#roster.members;
  }

  get count(): number {
    return this.#wish.presence ? this.#roster.count : this.#count;
  }

  get status(): RoomStatus {
    if (!this.#isWanted) return "out";
    return this.#isIn ? "in" : "joining";
  }

  get #isWanted(): boolean {
    return this.#pinned || this.#holds.size > 0 || this.#joins.pins;
  }

  send(data: object, options?: SendOptions): IgnorablePromise<Delivery> {
    return this.#target.send(data, options);
  }

  sendBinary(bytes: BinarySource, data?: object, options?: SendOptions): IgnorablePromise<Delivery> {
    return this.#target.sendBinary(bytes, data, options);
  }

  on<E extends keyof RoomEvents<Data>>(type: E, listener: (event: RoomEvents<Data>[E]) => void): () => void {
    return this.#events.on(type, listener);
  }

  subscribe(listener: () => void): () => void {
    return this.#events.on("change", listener);
  }

  join(options?: JoinOptions): IgnorablePromise<Joined> {
    return this.#join(options ?? {}, true);
  }

  hold(options?: JoinOptions): Promise<Lease> {
    const hold = { ...options };
    const joined = this.#join(hold, false, hold).then(
      () => {
        const release = () => this.#release(() => this.#holds.delete(hold));
        return { room: this, release, [asyncDispose]: release };
      },
      (fault) => {
        this.#holds.delete(hold);
        throw fault;
      },
    );
    return IgnorablePromise.from(joined, this.#internals.report);
  }

  setAttributes(patch: { readonly [name: string]: Attributes[string] | undefined }): IgnorablePromise<void> {
    const promise = IgnorablePromise.open<void>(this.#internals.report);
    if (!this.#isWanted) promise.reject(ownFault("refused", "Not a member: join first."));
    else {
      const attributes: Record<string, Attributes[string]> = {};
      for (const [key, value] of Object.entries({ ...this.#wish.attributes, ...patch }))
        if (value !== undefined) attributes[key] = value;
      this.#join({ attributes }).then(
        () => promise.resolve(),
        (error) => promise.reject(faultFromError(error, "failed")),
      );
    }
    return promise;
  }

  leave(): IgnorablePromise<void> {
    return this.#release(() => {
      this.#pinned = false;
      this.#joins.unpin();
    });
  }

  page(after = 0): IgnorablePromise<MemberPage> {
    const promise = IgnorablePromise.open<MemberPage>(this.#internals.report);
    if (typeof after !== "number") {
      promise.reject(ownFault("invalid", "page() takes a session id."));
      return promise;
    }
    const $members = { [this.#hub ? "hub" : "bc"]: this.name, after };
    this.#internals.outbox.send({
      body: JSON.stringify({ $members }),
      done: ({ members, next }, fault) =>
        promise.settle({ members: membersFrom(members), next: numberFrom(next) ?? null }, fault),
    });
    return promise;
  }

  messages(limit = 1_000): AsyncIterableIterator<Message> {
    const iterator = createMessageIterator<Message>(limit, () => this.#iterators.delete(iterator));
    if (this.#internals.session.reason?.code === "closed") iterator.end();
    else this.#iterators.add(iterator);
    return iterator;
  }

  /** Handles a message to the room. */
  receivedMessage(message: Message): void {
    for (const iterator of this.#iterators) iterator.push(message);
    this.#events.emit("message", message);
  }

  /** Handles a presence frame from the server. */
  receivedPresence(frame: Data): void {
    if (!("leftHub" in frame)) {
      this.#roster.received(frame);
      this.#changed();
    } else if (!this.#wish.presence) {
      // The notice of the legacy dialects is sent to members of achex.2 too; those with presence also get $left.
      this.#events.emit("left", { name: textFrom(frame.user), sid: numberFrom(frame.sID) ?? 0 });
    }
  }

  /** Sends the join if the room is wanted and the client is connected. Called again after each reconnection. */
  ready(): void {
    const { session } = this.#internals;
    if (!this.#isWanted || !session.connection) return;
    const { name } = this;
    const wish = this.#wish;
    const request = ++this.#requests;
    this.#joins.send(request);
    const frame = {
      ...(this.#hub ? { joinHub: name } : { cmd: "register_broadcast", bid: name }),
      $presence: wish.presence,
      $attributes: wish.attributes,
    };
    session.control(frame, (result, fault, dropped) => {
      if (dropped) this.#joins.requeue(request);
      else if (request > this.#lastEnded)
        this.#joined(this.#joins.take(request), wish, numberFrom(result.count), fault);
    });
  }

  dropped(): void {
    this.#cancelRetry();
    if (!this.#isIn) return;
    this.#isIn = false;
    this.#changed();
  }

  closed(fault: Fault, final: boolean): void {
    const { pins } = this.#joins;
    if (final) this.#end(fault);
    else {
      this.dropped();
      this.#joins.reject(fault);
      // The room is joined when the client logs in again.
      this.#pinned ||= pins;
    }
  }

  #join(options: JoinOptions, pins = false, hold?: JoinOptions): IgnorablePromise<Joined> {
    const { session, report } = this.#internals;
    const promise = IgnorablePromise.open<Joined>(report);
    if (session.reason) {
      promise.reject(session.reason);
      return promise;
    }
    this.#joins.add(promise, pins, hold);
    if (hold) this.#holds.add(hold);
    const { presence = this.#wish.presence, attributes = this.#wish.attributes } = options;
    // A component that does not need presence must not turn it off for one that does.
    const held = [...this.#holds].some((hold) => hold.presence) || presence;
    this.#wish = { ...(held !== undefined && { presence: held }), ...(attributes && { attributes }) };
    this.ready();
    this.#changed();
    return promise;
  }

  #joined(joins: readonly PendingJoin[], wish: JoinOptions, count: number | undefined, fault: Fault | undefined): void {
    if (!fault) {
      this.#isIn = true;
      this.#granted = wish;
      this.#count = count ?? 0;
      for (const { pins } of joins) this.#pinned ||= pins;
      if (wish.attributes) this.#roster.change(this.#internals.session.sid, wish.attributes);
      this.#changed();
    } else this.#refused(joins, fault);
    for (const { promise } of joins) promise.settle({ count }, fault);
    if (fault && !fault.retry && joins.length === 0) this.#internals.report(fault);
  }

  #refused(joins: readonly PendingJoin[], fault: Fault): void {
    for (const { hold } of joins) if (hold) this.#holds.delete(hold);
    if (joins.length === 0 && fault.retry) {
      this.#cancelRetry = this.#internals.session.clock.after(RETRY, () => this.ready());
    } else if (joins.length > 0 && this.#granted && this.#isWanted) {
      // The options accepted before remain in force for earlier holders.
      if (this.#joins.size === 0) this.#wish = this.#granted;
      if (!this.#isIn) this.ready();
    } else if (this.#isIn && !this.#isWanted) void this.#release(() => {});
    else if (this.#joins.size === 0) this.#end(fault, true);
  }

  /** Leaves if neither join() nor a hold still needs the room. */
  #release(dropInterest: () => void): IgnorablePromise<void> {
    const { session, report } = this.#internals;
    const promise = IgnorablePromise.open<void>(report);
    dropInterest();
    if (this.#isWanted) {
      promise.resolve();
      return promise;
    }
    const { name } = this;
    const fault = ownFault("aborted", `The client left ${name}.`);
    this.#end(fault);
    const frame = this.#hub ? { leaveHub: name } : { cmd: "unregister_broadcast", bid: name };
    session.control(frame, (_, refusal, dropped) => {
      // The server forgets the membership with the connection.
      promise.settle(undefined, dropped || refusal?.code === "not-member" ? undefined : refusal);
    });
    return promise;
  }

  /** Called when the room was left or rejected, or the client was closed. */
  #end(fault: Fault, had = this.#isWanted || this.#isIn): void {
    this.#cancelRetry();
    this.#lastEnded = this.#requests;
    this.#granted = undefined;
    this.#pinned = false;
    this.#isIn = false;
    this.#holds.clear();
    this.#wish = {};
    this.#count = 0;
    this.#roster.clear();
    for (const iterator of this.#iterators) iterator.end();
    this.#joins.reject(fault);
    if (had) this.#events.emit("ended", fault);
    this.#changed();
  }

  #changed(): void {
    this.#events.emit("change", this.status);
  }
}
