import type { Fault, Message } from "@achex/client";
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Account, GameConnection } from "../../shared/connection/game-connection.ts";
import { nameFrom, randomName } from "../../shared/room/names.ts";
import type { Author } from "../rules/authorship.ts";
import { type RoomAddress, roomFrom, roomId, roomLink } from "../rules/room-address.ts";
import type { Entry } from "../rules/timeline.ts";
import { deriveInWorker } from "./derive-in-worker.ts";
import { DirectSession, type Peer } from "./direct-session.ts";
import { authorFrom, browserIdentity } from "./identity.ts";
import { notify } from "./notifications.ts";
import { type ChatPlace, directPlace, roomPlace, titleOf } from "./place.ts";
import { readPreference, storePreference } from "./preferences.ts";
import { RoomSession } from "./room-session.ts";
import { MOST_PEERS, MOST_ROOMS, savedPeers, savedRooms, savePeers, saveRooms } from "./saved.ts";
import { Store } from "./store.ts";

const KEY = /^[\w-]{43}$/;
/** Conversations that strangers may begin while this page is open. */
const MOST_STRANGERS = 20;

/** The state of the page: its connection, rooms and people, and which of them is open. */
export class ChatApp {
  readonly author: Author;
  readonly connection: ReadonlySignal<GameConnection | undefined>;
  readonly places = signal<readonly ChatPlace[]>([]);
  readonly current: ReadonlySignal<ChatPlace | undefined>;
  readonly name = signal(nameFrom(readPreference("name"), randomName()));
  /** A link led to a room whose passphrase is missing. */
  readonly wanted = signal<RoomAddress | undefined>(undefined);
  readonly needsAccount = signal(false);
  readonly problem = signal("");
  readonly unread: ReadonlySignal<number>;
  readonly #identity = browserIdentity();
  readonly #connection = signal<GameConnection | undefined>(undefined);
  readonly #currentId = signal<string | undefined>(undefined);
  readonly #store: Store;
  #strangers = 0;

  constructor() {
    this.connection = this.#connection;
    this.author = authorFrom(this.#identity);
    this.#store = new Store(`achex-chat-${this.author.id.slice(0, 16)}`);
    this.current = computed(() => this.places.value.find(({ id }) => id === this.#currentId.value));
    this.unread = computed(() => this.places.value.reduce((sum, { reading }) => sum + reading.unread.value, 0));
    storePreference("name", this.name.peek());
  }

  /** Connects, and opens the rooms of this browser and the one in the address. */
  start(account?: Account): void {
    this.needsAccount.value = false;
    this.problem.value = "";
    for (const { session } of this.places.peek()) (session.kind === "room" ? session.room : session.direct).close();
    this.places.value = [];
    this.#connection.peek()?.close();
    const connection = new GameConnection({
      ...{
        url: location.origin,
        game: "chat",
        identity: this.#identity,
        inbox: { device: this.author.id.slice(0, 16) },
      },
      ...(account && { account }),
    });
    this.#connection.value = connection;
    connection.refusal.subscribe((fault) => fault && this.#refused(fault));
    connection.client.on("message", (message) => this.#direct(message));
    for (const peer of savedPeers()) this.#addPeer(connection, peer);
    for (const address of savedRooms()) this.#addRoom(connection, address);
    this.follow();
  }

  /** Goes where the address of the page leads. */
  follow(): void {
    const address = roomFrom(location.href);
    if (!address) return;
    const known = savedRooms().find((one) => roomId(one) === roomId(address));
    if (address.lock.kind === "phrase" && !known) this.wanted.value = address;
    else this.openRoom(address.lock.kind === "phrase" && known ? known : address);
  }

  openRoom(address: RoomAddress): void {
    const connection = this.#connection.peek();
    if (!connection) return;
    this.wanted.value = undefined;
    const place = this.#addRoom(connection, address);
    if (!place) {
      this.problem.value = `You are in ${MOST_ROOMS} rooms, which is the most. Leave one first.`;
      return;
    }
    this.#saveRooms();
    this.open(place);
  }

  openDirect(peer: Peer): void {
    const connection = this.#connection.peek();
    const place = connection && this.#addPeer(connection, peer);
    if (place) this.open(place);
    this.#savePeers();
  }

  open(place: ChatPlace): void {
    this.#currentId.value = place.id;
    place.reading.opened();
    const { session } = place;
    const address = session.kind === "room" ? roomLink(session.room.address, location.pathname) : location.pathname;
    history.replaceState(null, "", address);
  }

  /** Shows the list, on a phone, or the first screen. */
  close(): void {
    this.#currentId.value = undefined;
    history.replaceState(null, "", location.pathname);
  }

  /** Leaves a room, or forgets a conversation of two. */
  async remove(place: ChatPlace): Promise<void> {
    if (this.#currentId.peek() === place.id) this.close();
    this.places.value = this.places.peek().filter((one) => one !== place);
    this.#saveRooms();
    this.#savePeers();
    const { session } = place;
    if (session.kind === "room") await session.room.leave();
    else {
      session.direct.close();
      await this.#store.forget(place.id).catch(() => {});
    }
  }

  setName(name: string): void {
    this.name.value = nameFrom(name, this.name.peek());
    storePreference("name", this.name.value);
    for (const { session } of this.places.peek()) if (session.kind === "room") session.room.renamed();
  }

  #shared(connection: GameConnection) {
    return { connection, author: this.author, store: this.#store, name: () => this.name.peek() };
  }

  #addRoom(connection: GameConnection, address: RoomAddress): ChatPlace | undefined {
    const known = this.places
      .peek()
      .find(({ session }) => session.kind === "room" && roomId(session.room.address) === roomId(address));
    const isSame =
      known?.session.kind === "room" && JSON.stringify(known.session.room.address) === JSON.stringify(address);
    if (known && isSame) return known;
    // A complete link, or the right passphrase, after a wrong one.
    if (known) void this.remove(known);
    if (this.places.peek().filter(({ session }) => session.kind === "room").length >= MOST_ROOMS) return undefined;
    const arrived = (entry: Entry) => this.#arrived(place, entry);
    const room = new RoomSession({ ...this.#shared(connection), address, arrived, derive: deriveInWorker });
    const place = roomPlace(room);
    this.places.value = [...this.places.peek(), place];
    // The line "New" is there when the messages are.
    void room.start().then(() => place.id === this.#currentId.peek() && place.reading.opened());
    return place;
  }

  #addPeer(connection: GameConnection, peer: Peer): ChatPlace | undefined {
    const known = this.#placeOf(peer.author);
    if (known?.session.kind === "direct") {
      known.session.direct.met(peer);
      return known;
    }
    if (this.places.peek().filter(({ session }) => session.kind === "direct").length >= MOST_PEERS) return undefined;
    const arrived = (entry: Entry) => this.#arrived(place, entry);
    const place = directPlace(new DirectSession({ ...this.#shared(connection), peer, arrived }));
    this.places.value = [...this.places.peek(), place];
    return place;
  }

  #placeOf = (author: string): ChatPlace | undefined =>
    this.places.peek().find(({ session }) => session.kind === "direct" && session.direct.peer.peek().author === author);

  /** A message to this person. When it is stored here, the relay may forget it. */
  #direct({ kind, from, data, bytes }: Message): Promise<void> | undefined {
    const connection = this.#connection.peek();
    const { d: author } = data;
    if (!connection || kind !== "name" || typeof author !== "string" || !KEY.test(author)) return undefined;
    const known = this.#placeOf(author);
    if (!known && ++this.#strangers > MOST_STRANGERS) {
      connection.log.reject("too many strangers");
      return undefined;
    }
    const place = known ?? this.#addPeer(connection, { author, login: from, name: from });
    if (place?.session.kind !== "direct") return undefined;
    const { direct } = place.session;
    return direct.receive({ from, data, bytes }).then(() => {
      // A stranger who cannot prove the key has said nothing.
      if (!known && direct.conversation.entries.peek().every(({ author: writer }) => writer !== author))
        return this.remove(place);
      const name = direct.conversation.entries.peek().findLast(({ author: writer }) => writer === author)?.name;
      if (name !== undefined) direct.met({ author, login: from, name: nameFrom(name, "Someone") });
      this.#savePeers();
      return undefined;
    });
  }

  #arrived(place: ChatPlace, entry: Entry): void {
    const isSeen = place.id === this.#currentId.peek() && !document.hidden;
    if (!isSeen) notify(titleOf(place), nameFrom(entry.name, "Someone"), entry.text, () => this.open(place));
  }

  #saveRooms(): void {
    saveRooms(this.places.peek().flatMap(({ session }) => (session.kind === "room" ? session.room.address : [])));
  }

  #savePeers(): void {
    savePeers(
      this.places.peek().flatMap(({ session }) => (session.kind === "direct" ? session.direct.peer.peek() : [])),
    );
  }

  #refused(fault: Fault): void {
    this.needsAccount.value = true;
    this.problem.value = `The relay did not let you in. ${fault.message} ${fault.remedy}`.trim();
  }
}
