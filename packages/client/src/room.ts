import type { JoinOptions, Member, MemberPage, Room, RoomEvents, SendOptions } from "./api.ts";
import { Emitter } from "./emitter.ts";
import { type Fault, ownFault } from "./fault.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, numberFrom, textFrom } from "./json.ts";
import type { LifecycleListener } from "./lifecycle.ts";
import type { Delivery, Message } from "./message.ts";
import { createMessageIterator, type MessageIterator } from "./message-iterator.ts";
import { membersFrom, Roster } from "./roster.ts";
import type { StandardSchema } from "./schema.ts";
import { SendTarget } from "./send-target.ts";

type Joined = { readonly count: number | undefined };

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
  /** Set while the room is to be joined: how. */
  #wanted: JoinOptions | undefined;
  /** What join() has returned, until the room is joined. */
  #joining: IgnorablePromise<Joined> | undefined;

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
    return this.#wanted?.presence ? this.#roster.count : this.#count;
  }

  send(data: object, options?: SendOptions): IgnorablePromise<Delivery> {
    return this.#target.send(data, options);
  }

  sendBinary(bytes: Uint8Array, data?: object, options?: SendOptions): IgnorablePromise<Delivery> {
    return this.#target.sendBinary(bytes, data, options);
  }

  on<E extends keyof RoomEvents<Data>>(type: E, listener: (event: RoomEvents<Data>[E]) => void): () => void {
    return this.#events.on(type, listener);
  }

  join(options: JoinOptions = this.#wanted ?? {}): IgnorablePromise<Joined> {
    const { session, report } = this.#internals;
    const joining = this.#joining ?? IgnorablePromise.open<Joined>(report);
    this.#joining = joining;
    this.#wanted = options;
    if (session.reason) this.closed(session.reason);
    this.ready();
    return joining;
  }

  /** Joins if it is to be joined: at once, and after each reconnection. */
  ready(): void {
    const wanted = this.#wanted;
    const { session } = this.#internals;
    if (!wanted || !session.connection) return;
    const { name } = this;
    const frame = {
      ...(this.#hub ? { joinHub: name } : { cmd: "register_broadcast", bid: name }),
      $presence: wanted.presence,
      $attributes: wanted.attributes,
    };
    session.control(frame, (result, fault, dropped) => {
      // The promise of join() waits for the next connection.
      if (!dropped) this.#joined(wanted, numberFrom(result.count), fault);
    });
  }

  leave(): IgnorablePromise<void> {
    const { session, report } = this.#internals;
    const promise = IgnorablePromise.open<void>(report);
    const { name } = this;
    this.closed(ownFault("aborted"));
    const frame = this.#hub ? { leaveHub: name } : { cmd: "unregister_broadcast", bid: name };
    session.control(frame, (_, fault, dropped) => {
      // The server forgets the membership with the connection.
      promise.settle(undefined, dropped || fault?.code === "not-member" ? undefined : fault);
    });
    return promise;
  }

  page(after = 0): IgnorablePromise<MemberPage> {
    const { session, report } = this.#internals;
    const promise = IgnorablePromise.open<MemberPage>(report);
    const $members = { [this.#hub ? "hub" : "bc"]: this.name, after };
    session.control({ $members }, ({ members, next }, fault) =>
      promise.settle({ members: membersFrom(members), next: numberFrom(next) ?? null }, fault),
    );
    return promise;
  }

  messages(limit = 1_000): AsyncIterableIterator<Message> {
    const iterator = createMessageIterator<Message>(limit, () => this.#iterators.delete(iterator));
    this.#iterators.add(iterator);
    return iterator;
  }

  /** A message to the room. */
  receivedMessage(message: Message): void {
    for (const iterator of this.#iterators) iterator.push(message);
    this.#events.emit("message", message);
  }

  /** A frame of the server about the members. */
  receivedPresence(frame: Data): void {
    if (!("leftHub" in frame)) this.#roster.received(frame);
    // The notice of the legacy dialects is sent to members of achex.2 too; those with presence also get $left.
    else if (!this.#wanted?.presence)
      this.#events.emit("left", { name: textFrom(frame.user), sid: numberFrom(frame.sID) ?? 0 });
  }

  /** Left, or the client is closed. */
  closed(fault: Fault): void {
    this.#wanted = undefined;
    this.#count = 0;
    this.#roster.clear();
    this.#joining?.reject(fault);
    this.#joining = undefined;
    for (const iterator of this.#iterators) iterator.end();
  }

  #joined(wanted: JoinOptions, count: number | undefined, fault: Fault | undefined): void {
    // Left, or joined otherwise, meanwhile.
    if (this.#wanted !== wanted) return;
    const joining = this.#joining;
    this.#joining = undefined;
    if (fault) this.#wanted = undefined;
    else {
      this.#count = count ?? 0;
      if (wanted.attributes) this.#roster.change(this.#internals.session.sid, wanted.attributes);
    }
    if (joining) joining.settle({ count }, fault);
    else if (fault) this.#internals.report(fault);
  }
}
