import type { Member, Message, Position, Room } from "@achex/client";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { GameConnection } from "../../shared/connection/game-connection.ts";
import { Allowance } from "../../shared/room/allowance.ts";
import type { Author } from "../rules/authorship.ts";
import { hubOf, type RoomAddress, roomId } from "../rules/room-address.ts";
import type { Seal } from "../rules/seal.ts";
import { type Entry, MOST_ENTRIES } from "../rules/timeline.ts";
import { OwnTyping, Typists } from "../rules/typing.ts";
import { AT_FIRST, STEP } from "../rules/window.ts";
import { Conversation } from "./conversation.ts";
import { type DeriveKey, Keys } from "./keys.ts";
import { People, type Person, presenceAttributes } from "./people.ts";
import type { Store } from "./store.ts";

type Data = Record<string, unknown>;

export interface RoomOptions {
  readonly connection: GameConnection;
  readonly address: RoomAddress;
  readonly author: Author;
  readonly store: Store;
  name(): string;
  arrived?(entry: Entry): void;
  readonly derive: DeriveKey;
}

/** Messages of one session that are taken per second, and at once, as after an interruption. A flood would stop the page. */
const PER_SECOND = 5;
const AT_ONCE = 60;
/** How often typing marks are looked at, ms. */
const SECOND = 1_000;
/** Pages of history that are read for so many messages: reactions and edits are in them too. */
const MOST_PAGES = 8;

/** A room: its people, its messages, and its history as far as it is loaded. */
export class RoomSession {
  readonly address: RoomAddress;
  readonly conversation: Conversation;
  readonly people: ReadonlySignal<readonly Person[]>;
  /** Names of those who type. */
  readonly typing = signal<readonly string[]>([]);
  /** Pictures to compare; undefined in a room without a secret. */
  readonly check = signal<Uint8Array | undefined>(undefined);
  /** Whether older messages can be loaded. */
  readonly hasOlder = signal(false);
  readonly isLoading = signal(true);
  /** Why the room is not joined. */
  readonly problem = signal("");
  /** Of the newest message that was read from history or arrived; its epoch is that of read marks. */
  readonly epoch = signal<string | undefined>(undefined);
  readonly #options: RoomOptions;
  readonly #hub: Room<Data, Data>;
  readonly #keys: Keys;
  readonly #people = signal<readonly Person[]>([]);
  readonly #directory: People;
  readonly #typists = new Typists();
  readonly #allowance = new Allowance(PER_SECOND, AT_ONCE);
  readonly #ownTyping = new OwnTyping();
  readonly #stop: (() => void)[] = [];
  readonly #joined = Promise.withResolvers<void>();
  #oldest: Position | undefined;
  #sid: number | undefined;
  /** Salt of the key in this client's attributes. */
  #introducedWith: string | undefined;

  constructor(options: RoomOptions) {
    const { connection, address, author, store, derive } = options;
    this.#options = options;
    this.address = address;
    this.people = this.#people;
    const place = `room ${roomId(address)}`;
    this.#keys = new Keys(address, place, derive);
    this.#hub = connection.client.hub(hubOf(address));
    this.#directory = new People(place, this.#open);
    this.conversation = new Conversation({
      ...{ id: `room ${roomId(address)}`, isDirect: false, place, author, store, name: options.name },
      ...(address.lock.kind !== "open" && { seal: this.#open }),
      now: () => connection.now(),
      login: () => connection.client.name ?? "",
      ready: async () => {
        await this.#joined.promise;
        await connection.client.ready();
        return this.#keys.forSending();
      },
      isConnected: () => connection.state.peek() === "ready",
      send: (data, bytes, id) =>
        bytes
          ? this.#hub.sendBinary(bytes, { ...data }, { id, repeatable: true })
          : this.#hub.send({ ...data }, { id, repeatable: true }),
      reject: (reason) => connection.log.reject(reason),
      ...(options.arrived && { arrived: options.arrived }),
    });
  }

  /** Joins, and shows the newest messages. Resolves when they are there. */
  async start(): Promise<void> {
    const { connection, author } = this.#options;
    const { client } = connection;
    this.#listen();
    try {
      await client.ready();
      const { kept } = await this.#hub.join({ presence: true });
      this.conversation.isKept.value = kept !== undefined;
      this.epoch.value = kept?.position.epoch;
      if (kept) await this.#older(undefined, AT_FIRST);
      else await this.conversation.recall();
      // Opens what the members say about themselves, so that this page uses their key.
      await this.#directory.from(this.#hub.members, author.id, client.sid);
      await this.#introduce();
      this.#joined.resolve();
      await this.conversation.resume();
    } catch (error) {
      this.problem.value = error instanceof Error ? error.message : String(error);
      // What is written here fails, and says why.
      this.#joined.promise.catch(() => {});
      this.#joined.reject(error);
    } finally {
      this.isLoading.value = false;
    }
  }

  /** Loads older messages: so many that can be seen, if there are. */
  async loadOlder(): Promise<void> {
    if (this.isLoading.peek() || !this.hasOlder.peek()) return;
    if (this.conversation.entries.peek().length >= MOST_ENTRIES) {
      this.hasOlder.value = false;
      return;
    }
    this.isLoading.value = true;
    try {
      await this.#older(this.#oldest, STEP);
    } catch (error) {
      this.#options.connection.log.reject(`history: ${String(error)}`);
    } finally {
      this.isLoading.value = false;
    }
  }

  /** A key was pressed while a text is being written, or it was sent or emptied. */
  typed(isEmpty: boolean): void {
    const now = Date.now();
    if (!isEmpty && this.#ownTyping.pressed(now)) this.#tellTyping(true);
    else if (isEmpty && this.#ownTyping.ended(now, true)) this.#tellTyping(false);
  }

  /** Shows another name to those who are here. */
  renamed(): void {
    void this.#introduce();
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop();
  }

  async leave(): Promise<void> {
    this.close();
    await this.#hub.leave().catch(() => {});
    await this.#options.store.forget(this.conversation.options.id).catch(() => {});
  }

  #open = (salt: string | undefined): Promise<Seal | undefined> => this.#keys.get(salt);

  #listen(): void {
    const { client, state } = this.#options.connection;
    const timer = setInterval(() => this.#everySecond(), SECOND);
    this.#stop.push(
      this.#hub.on("message", (message) => this.#receive(message)),
      this.#hub.on("gap", ({ missed, reset }) => {
        if (reset) this.conversation.reset();
        if (missed > 0)
          this.conversation.notice(
            `${missed} older messages were deleted by the relay before this page could read them.`,
            this.#hub.position?.seq,
          );
      }),
      this.#hub.subscribe(() => void this.#updatePeople()),
      client.on("lost", () => {
        if (this.conversation.isKept.peek() === false) this.conversation.notice(MISSING);
      }),
      state.subscribe((now) => {
        this.conversation.connectionChanged();
        if (now === "ready" && client.sid !== this.#sid && this.#sid !== undefined) void this.#introduce();
      }),
      () => clearInterval(timer),
    );
  }

  #receive({ sid, from, data, bytes, position }: Message): void {
    if (!this.#allowance.take(sid, Date.now())) {
      this.#options.connection.log.reject("too many messages of one sender");
      this.conversation.notice(FLOODED, position?.seq);
      return;
    }
    if (typeof data.typing === "boolean") {
      this.#typists.set(sid, data.typing, Date.now());
      this.#showTyping();
      return;
    }
    this.#typists.set(sid, false, 0);
    if (position) this.epoch.value = position.epoch;
    void this.conversation.receive({ from, data, bytes }, { seq: position?.seq }).then(() => this.#showTyping());
  }

  /** Reads pages until so many more messages can be seen, or there are no older ones. */
  async #older(before: Position | undefined, count: number): Promise<void> {
    const { conversation } = this;
    const wanted = conversation.entries.peek().length + count;
    let position = before;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page = await this.#hub.history(position ? { before: position, limit: count } : { last: count });
      if (page.reset) conversation.reset();
      for (const { from, data, bytes, position: at, at: time } of page.messages) {
        await conversation.receive({ from, data, bytes }, { seq: at?.seq, at: time, isOld: true });
      }
      position = page.messages[0]?.position ?? position;
      this.#oldest = position;
      this.hasOlder.value = page.more;
      // Entries are shown in the next microtask.
      await Promise.resolve();
      if (!page.more || conversation.entries.peek().length >= wanted) return;
    }
  }

  async #introduce(): Promise<void> {
    const { connection, author } = this.#options;
    const { sid, name: login } = connection.client;
    if (sid === undefined || login === undefined) return;
    this.#sid = sid;
    const { place } = this.conversation.options;
    const key = await this.#keys.forSending();
    this.#introducedWith = key?.salt;
    this.check.value = key?.check;
    const attributes = await presenceAttributes(author, this.#options.name(), login, sid, place, key);
    // An older name may have been longer.
    await this.#hub.setAttributes({ c0: undefined, c1: undefined, c2: undefined, ...attributes }).catch(() => {});
    await this.#updatePeople();
  }

  async #updatePeople(): Promise<void> {
    const members: readonly Member[] = this.#hub.members;
    const { client } = this.#options.connection;
    const people = await this.#directory.from(members, this.#options.author.id, client.sid);
    if (members !== this.#hub.members) return;
    this.#people.value = people;
    this.#showTyping();
    if (this.#sid === undefined) return;
    const key = await this.#keys.forSending();
    // Two who opened the room at the same moment end up with the same key.
    if (key?.salt !== this.#introducedWith) void this.#introduce();
  }

  #everySecond(): void {
    if (this.#ownTyping.ended(Date.now(), false)) this.#tellTyping(false);
    this.#showTyping();
  }

  #showTyping(): void {
    const sids = this.#typists.at(Date.now());
    const names = this.#people
      .peek()
      .flatMap(({ name, isMe, sids: own }) => (!isMe && own.some((sid) => sids.includes(sid)) ? name : []));
    if (names.join("\n") !== this.typing.peek().join("\n")) this.typing.value = names;
  }

  /** Not stored, because only the newest counts, and not worth sending later. */
  #tellTyping(typing: boolean): void {
    void this.#hub.send({ typing }, { latest: "typing", ifConnected: true, confirm: false }).catch(() => {});
  }
}

const FLOODED =
  "Somebody sends too many messages at once. Some are not shown here; after a reload they are, if the relay keeps them.";
const MISSING =
  "The connection was lost for so long that the relay has forgotten this page. It keeps nothing in this room, so messages of that time are missing here.";
