import { signal } from "@preact/signals";
import type { GameConnection } from "../../shared/connection/game-connection.ts";
import { type Author, pairPlace } from "../rules/authorship.ts";
import { Seal } from "../rules/seal.ts";
import type { Entry } from "../rules/timeline.ts";
import { Conversation } from "./conversation.ts";
import type { Arrived } from "./envelope.ts";
import type { Store } from "./store.ts";

/** The other one of a conversation of two. */
export interface Peer {
  /** Public key. */
  readonly author: string;
  readonly login: string;
  readonly name: string;
}

export interface DirectOptions {
  readonly connection: GameConnection;
  readonly peer: Peer;
  readonly author: Author;
  readonly store: Store;
  name(): string;
  arrived?(entry: Entry): void;
}

/** Messages between two people. Always encrypted, with a key that only their two browsers can calculate. This browser keeps them: the relay only keeps what waits in an inbox. */
export class DirectSession {
  readonly peer = signal<Peer>({ author: "", login: "", name: "" });
  readonly conversation: Conversation;
  /** Undefined as long as it is not known. */
  readonly isOnline = signal<boolean | undefined>(undefined);
  readonly hasOlder = signal(false);
  readonly isLoading = signal(false);
  readonly #connection: GameConnection;
  readonly #stop: (() => void)[] = [];
  readonly #recalled: Promise<void>;

  constructor({ connection, peer, author, store, name, arrived }: DirectOptions) {
    this.#connection = connection;
    this.peer.value = peer;
    const { client } = connection;
    const place = pairPlace(author.id, peer.author);
    const secret = author.sharedSecret(peer.author);
    const seal = secret && new Seal(secret, place);
    this.conversation = new Conversation({
      ...{ id: place, isDirect: true, place, author, store, name },
      seal: async () => seal,
      now: () => connection.now(),
      login: () => client.name ?? "",
      ready: async () => {
        await client.ready();
        return seal;
      },
      isConnected: () => connection.state.peek() === "ready",
      send: (data, bytes, id) => {
        const target = client.to(this.peer.peek().login);
        // With the sender's key, which the receiver needs to find its own.
        const message = { ...data, d: author.id };
        return bytes
          ? target.sendBinary(bytes, message, { id, repeatable: true })
          : target.send(message, { id, repeatable: true });
      },
      reject: (reason) => connection.log.reject(reason),
      ...(arrived && { arrived }),
    });
    this.#recalled = this.conversation.recall().catch(() => {});
    this.#stop.push(
      connection.state.subscribe(() => this.conversation.connectionChanged()),
      client.on("online", (login) => login === this.peer.peek().login && this.#setOnline(true)),
      client.on("offline", (login) => login === this.peer.peek().login && this.#setOnline(false)),
    );
    void this.#recalled.then(() => this.conversation.resume()).catch(() => {});
    void this.#watch();
  }

  /** A message from the other one, as far as anybody knows before it is decrypted. */
  async receive(message: Arrived): Promise<void> {
    // After those that this browser has kept, or it would not know which it has already.
    await this.#recalled;
    await this.conversation.receive(message);
  }

  /** The other one may have another name now, or have logged in under another one. */
  met(peer: Peer): void {
    const { login } = this.peer.peek();
    this.peer.value = peer;
    if (login !== peer.login) void this.#watch();
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop();
    this.#connection.client.unwatch(this.peer.peek().login);
  }

  #setOnline(isOnline: boolean): void {
    this.isOnline.value = isOnline;
  }

  async #watch(): Promise<void> {
    const { login } = this.peer.peek();
    if (login === "") return;
    const online = await this.#connection.client.watch(login).catch(() => undefined);
    if (online) this.#setOnline(online.includes(login));
  }
}
