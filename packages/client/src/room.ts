import type { JoinOptions, Member, Room, RoomEvents } from "./api.ts";
import { type Data, numberFrom, textFrom } from "./data.ts";
import { Emitter } from "./emitter.ts";
import { type Fault, faultBecause, ownFault } from "./fault.ts";
import { type Feed, feedOf } from "./feed.ts";
import type { Part, Wire } from "./host.ts";
import type { Message } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { Outcome } from "./outcome.ts";
import type { Page, Roster } from "./roster.ts";
import type { StandardSchema } from "./schema.ts";
import { Place } from "./target.ts";

type Joined = { readonly count: number | undefined };

/** Most rooms are joined without presence, so pages load it only when they need it. */
const presence = () => import("./roster.ts");

export class ClientRoom extends Place implements Room<Data>, Part {
  readonly name: string;
  readonly #hub: boolean;
  readonly #events = new Emitter<RoomEvents<Data>>();
  readonly #feeds = new Set<Feed<Message>>();
  #roster: Roster | undefined;
  #count = 0;
  /** Set while the room is to be joined: how. */
  #wanted: JoinOptions | undefined;
  /** For whoever waits until it is joined. */
  #joining: Outcome<Joined> | undefined;

  constructor(wire: Wire, outbox: Outbox, kind: "hub" | "broadcast", name: string, schema?: StandardSchema) {
    super(wire, outbox, kind === "hub" ? { toH: name } : { bc: name }, schema);
    this.name = name;
    this.#hub = kind === "hub";
    wire.parts.add(this);
  }

  get members(): readonly Member[] {
    return this.#roster?.members ?? [];
  }

  get count(): number {
    return this.#wanted?.presence ? (this.#roster?.count ?? 0) : this.#count;
  }

  on<E extends keyof RoomEvents<Data>>(type: E, listener: (event: RoomEvents<Data>[E]) => void): () => void {
    return this.#events.on(type, listener);
  }

  join(options: JoinOptions = this.#wanted ?? {}): Outcome<Joined> {
    const joining = this.#joining ?? Outcome.open<Joined>(this.wire.fault);
    this.#joining = joining;
    this.#wanted = options;
    if (this.wire.reason) this.stop(this.wire.reason);
    this.up();
    return joining;
  }

  /** Joins, if it is to be joined: at once, and after each reconnection. */
  up(): void {
    const wanted = this.#wanted;
    if (!wanted || !this.wire.link) return;
    if (wanted.presence && !this.#roster) {
      presence().then(
        ({ Roster }) => {
          this.#roster ??= new Roster((type, event) => this.#events.emit(type, event));
          this.up();
        },
        (error) => this.#joined(wanted, undefined, faultBecause(error, "failed")),
      );
      return;
    }
    const { name } = this;
    const frame = {
      ...(this.#hub ? { joinHub: name } : { cmd: "register_broadcast", bid: name }),
      $presence: wanted.presence,
      $attributes: wanted.attributes,
    };
    this.wire.control(frame, (result, fault, cut) => {
      // Whoever waits goes on waiting for the next connection.
      if (!cut) this.#joined(wanted, numberFrom(result.count), fault);
    });
  }

  leave(): Outcome<void> {
    const outcome = Outcome.open<void>(this.wire.fault);
    const { name } = this;
    this.stop(ownFault("aborted"));
    const frame = this.#hub ? { leaveHub: name } : { cmd: "unregister_broadcast", bid: name };
    this.wire.control(frame, (_, fault, cut) => {
      // A connection that is gone has left by itself.
      outcome.end(undefined, cut || fault?.code === "not-member" ? undefined : fault);
    });
    return outcome;
  }

  page(after = 0): Outcome<Page> {
    const outcome = Outcome.open<Page>(this.wire.fault);
    const room = { [this.#hub ? "hub" : "bc"]: this.name, after };
    presence().then(({ askPage }) => askPage(this.wire, room, outcome), outcome.reject);
    return outcome;
  }

  messages(limit = 1_000): AsyncIterableIterator<Message> {
    const feed = feedOf<Message>(limit, () => this.#feeds.delete(feed));
    this.#feeds.add(feed);
    return feed;
  }

  /** A message to it has come. */
  heard(message: Message): void {
    for (const feed of this.#feeds) feed.push(message);
    this.#events.emit("message", message);
  }

  /** The server tells about its members. */
  told(frame: Data): void {
    if (!("leftHub" in frame)) this.#roster?.take(frame);
    // The notice of the original protocol also goes to members of achex.2; with presence the same is told as $left.
    else if (!this.#wanted?.presence)
      this.#events.emit("left", { name: textFrom(frame.user), sid: numberFrom(frame.sID) ?? 0 });
  }

  /** Left, or the client is closed. */
  stop(fault: Fault): void {
    this.#wanted = undefined;
    this.#count = 0;
    this.#roster?.clear();
    this.#joining?.reject(fault);
    this.#joining = undefined;
    for (const feed of this.#feeds) feed.end();
  }

  #joined(wanted: JoinOptions, count: number | undefined, fault: Fault | undefined): void {
    // Left, or joined otherwise, meanwhile.
    if (this.#wanted !== wanted) return;
    const joining = this.#joining;
    this.#joining = undefined;
    if (fault) this.#wanted = undefined;
    else {
      this.#count = count ?? 0;
      if (wanted.attributes) this.#roster?.change(this.wire.sid, wanted.attributes);
    }
    if (joining) joining.end({ count }, fault);
    else if (fault) this.wire.fault(fault);
  }
}
