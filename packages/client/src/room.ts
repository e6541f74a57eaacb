import { Emitter } from "./emitter.ts";
import { type Fault, faultFromError, ownFault } from "./fault.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { settingsKeys } from "./join-wish.ts";
import { type Data, isData, numberFrom, textFrom } from "./json.ts";
import { readHistory } from "./kept/history.ts";
import type { Gap, History, HistoryOptions } from "./kept/kept-api.ts";
import type { Position } from "./kept/position.ts";
import { RoomPosition } from "./kept/room-position.ts";
import { Membership, type MembershipOwner } from "./membership.ts";
import { type Delivery, type Incoming, type Message, unstamped } from "./message.ts";
import { createMessageIterator, type MessageIterator } from "./message-iterator.ts";
import type {
  Attributes,
  Host,
  JoinOptions,
  JoinResult,
  Lease,
  Member,
  MemberPage,
  Room,
  RoomEvents,
  RoomOptions,
  RoomSettings,
  RoomStatus,
} from "./room-api.ts";
import { membersFrom, Roster } from "./roster.ts";
import type { StandardSchema, StateSchemas } from "./schema.ts";
import type { BinarySource, SendOptions } from "./send-api.ts";
import { SendTarget } from "./send-target.ts";
import { RoomHost } from "./state/room-host.ts";
import { ClientRoomState } from "./state/room-state.ts";

/** In runtimes without Symbol.asyncDispose, compilers use the registered symbol of the same name. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

export class ClientRoom implements Room<Data>, MembershipOwner {
  readonly name: string;
  readonly schema: StandardSchema | undefined;
  readonly state: ClientRoomState;
  readonly #internals: ClientInternals;
  readonly #target: SendTarget;
  readonly #sendKey: string;
  /** Names the room in requests about it. */
  readonly #address: Data;
  readonly #membership: Membership;
  readonly #events = new Emitter<RoomEvents<Data>>();
  readonly #iterators = new Set<MessageIterator<Message>>();
  readonly #roster = new Roster(
    (type, event) => this.#events.emit(type, event),
    () => this.#internals.session.identity.sid,
  );
  readonly #lead: RoomHost;
  /** @internal For its membership. */
  readonly log: RoomPosition;
  #count = 0;
  #seat: number | undefined;

  constructor(
    internals: ClientInternals,
    kind: "hub" | "broadcast",
    name: string,
    schema: StandardSchema | undefined,
    stateSchemas: StateSchemas | undefined,
    report: (gap: Gap) => void,
  ) {
    const isHub = kind === "hub";
    this.name = name;
    this.schema = schema;
    this.#internals = internals;
    this.#address = isHub ? { hub: name } : { bc: name };
    const target = isHub ? { toH: name } : { bc: name };
    this.#sendKey = internals.sendIds.keyOf(target);
    this.#target = new SendTarget(internals, target, schema, (seq) => {
      if (this.status === "in") this.log.sent(seq);
    });
    this.log = new RoomPosition((gap) => {
      const event = { channel: { kind, names: [name] }, ...gap };
      this.#events.emit("gap", event);
      report(event);
    });
    const frames = isHub
      ? { join: { joinHub: name }, leave: { leaveHub: name } }
      : { join: { cmd: "register_broadcast", bid: name }, leave: { cmd: "unregister_broadcast", bid: name } };
    const membership = new Membership(internals, frames, this);
    this.#membership = membership;
    const follows = () => membership.isWanted && membership.wish.state === true;
    this.state = new ClientRoomState(internals, this.#address, stateSchemas, follows);
    this.#lead = new RoomHost(
      (type, event) => {
        this.#events.emit(type, event);
        this.changed();
      },
      () => this.isHost,
    );
  }

  get members(): readonly Member[] {
    return this.#roster.members;
  }

  get count(): number {
    return this.#membership.wish.presence ? this.#roster.count : this.#count;
  }

  get status(): RoomStatus {
    return this.#membership.status;
  }

  get host(): Host | undefined {
    return this.#lead.host;
  }

  get term(): number {
    return this.#lead.term;
  }

  get isHost(): boolean {
    const { identity, state } = this.#internals.session;
    return state === "ready" && this.host !== undefined && this.host.sid === identity.sid;
  }

  get options(): RoomOptions {
    return this.#lead.options;
  }

  get seat(): number | undefined {
    return this.#seat;
  }

  get position(): Position | undefined {
    return this.log.current;
  }

  history(options?: HistoryOptions): History {
    return readHistory(this.#internals, this.#address, options ?? {});
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

  join(options?: JoinOptions): IgnorablePromise<JoinResult> {
    return this.#membership.join(options ?? {}, true);
  }

  hold(options?: JoinOptions): Promise<Lease> {
    const hold = { ...options };
    const release = () => this.#membership.release(hold);
    const joined = this.#membership.join(hold, false, hold).then(
      () => ({ room: this, release, [asyncDispose]: release }),
      (fault) => {
        this.#membership.forget(hold);
        throw fault;
      },
    );
    return IgnorablePromise.from(joined, this.#internals.report);
  }

  leave(): IgnorablePromise<void> {
    return this.#membership.leave();
  }

  setAttributes(patch: { readonly [name: string]: Attributes[string] | undefined }): IgnorablePromise<void> {
    const promise = IgnorablePromise.open<void>(this.#internals.report);
    if (!this.#membership.isWanted) promise.reject(ownFault("refused", "Not a member: join first."));
    else {
      const attributes: Record<string, Attributes[string]> = {};
      for (const [key, value] of Object.entries({ ...this.#membership.wish.attributes, ...patch }))
        if (value !== undefined) attributes[key] = value;
      this.#membership.join({ attributes }).then(
        () => promise.resolve(),
        (error) => promise.reject(faultFromError(error, "failed")),
      );
    }
    return promise;
  }

  setOptions(settings: RoomSettings): IgnorablePromise<void> {
    return this.#request<void>(
      () => ({ $room: { ...this.#address, ...settingsKeys(settings) } }),
      () => {},
    );
  }

  handOver(sid?: number): IgnorablePromise<void> {
    return this.#request<void>(
      () => ({ $host: { ...this.#address, sid } }),
      () => {},
    );
  }

  page(after = 0): IgnorablePromise<MemberPage> {
    const frame = () => {
      if (typeof after !== "number") throw ownFault("invalid", "page() takes a session id.");
      return { $members: { ...this.#address, after } };
    };
    return this.#request(frame, ({ members, next }) => ({
      members: membersFrom(members),
      next: numberFrom(next) ?? null,
    }));
  }

  messages(limit = 1_000): AsyncIterableIterator<Message> {
    const iterator = createMessageIterator<Message>(limit, () => this.#iterators.delete(iterator));
    if (this.#internals.session.reason?.code === "closed") iterator.end();
    else this.#iterators.add(iterator);
    return iterator;
  }

  /**
   * Whether a message that is sent after a lost session is one of this client's own, whose result was lost with it. The hub did not
   * send it to its sender before, and its repetition gets that result.
   */
  isOwn({ channel, from, sid, text }: Incoming): boolean {
    const { session, outbox } = this.#internals;
    if (!this.log.isReplaying || channel.kind !== "hub" || from !== session.identity.name) return false;
    return outbox.hasSent(unstamped(text), sid);
  }

  /** Handles a message to the room. */
  receivedMessage(message: Message): void {
    for (const iterator of this.#iterators) iterator.push(message);
    this.#events.emit("message", message);
  }

  /** Handles a frame of the server about the room. */
  received(frame: Data): void {
    if (isData(frame.$state)) this.state.received(frame.$state);
    else if (isData(frame.$kept)) this.log.started(frame.$kept);
    else if ("$room" in frame || "$host" in frame) this.#lead.received(frame);
    else if (!("leftHub" in frame)) {
      this.#roster.received(frame);
      this.changed();
    } else if (!this.#membership.wish.presence) {
      // The notice of the legacy dialects is sent to members of achex.2 too; those with presence also get $left.
      this.#events.emit("left", { name: textFrom(frame.user), sid: numberFrom(frame.sID) ?? 0 });
    }
  }

  /** @internal For its membership. */
  joined({ attributes }: JoinOptions, { count, seat, kept }: JoinResult): void {
    this.#internals.sendIds.learn(this.#sendKey, kept !== undefined);
    this.#count = count ?? 0;
    this.#seat = seat;
    this.#roster.change({ sid: this.#internals.session.identity.sid, attributes, seat: seat ?? null });
    this.changed();
  }

  /** @internal For its membership. */
  ended(fault: Fault, had: boolean): void {
    this.#count = 0;
    this.#seat = undefined;
    this.#roster.clear();
    this.#lead.clear();
    this.state.ended(fault);
    for (const iterator of this.#iterators) iterator.end();
    if (had) this.#events.emit("ended", fault);
    this.changed();
  }

  /** @internal For its membership. */
  dropped(): void {
    this.#roster.outdated();
    this.changed();
  }

  /** @internal For its membership. */
  changed(): void {
    this.#events.emit("change", this.status);
  }

  #request<T>(frame: () => Data, resultFrom: (result: Data) => T): IgnorablePromise<T> {
    return IgnorablePromise.run(this.#internals.report, (promise) =>
      this.#internals.outbox.send({
        body: JSON.stringify(frame()),
        done: (result, fault) => promise.settle(resultFrom(result), fault),
      }),
    );
  }
}
