import type {
  AnswerOf,
  Broadcasts,
  Direct,
  EntryFor,
  Hubs,
  NameIn,
  ProgressOf,
  RequestOf,
  Services,
} from "./contract.ts";
import type { CredentialsSource } from "./credentials.ts";
import type { Fault } from "./fault.ts";
import type { ClientInternals } from "./internals.ts";
import type { Data } from "./json.ts";
import type { Delivery, Message } from "./message.ts";
import type { ClientEvents, ReadyOptions, State } from "./options.ts";

export interface SendOptions {
  /** Send it again if the connection drops before the confirmation; it may then arrive twice. Default false: the send is rejected as `unknown`. */
  readonly repeatable?: boolean;
  /**
   * With false, the server sends no confirmation: the promise resolves once the message is passed to the socket, and a rejection is
   * only reported by the event `fault`. Use it for frequent updates where each message replaces the previous one. Default true.
   */
  readonly confirm?: boolean;
}

/** An ArrayBuffer or any view of one, sent byte for byte, or a Blob. */
export type BinarySource = ArrayBuffer | ArrayBufferView | { arrayBuffer(): Promise<ArrayBuffer> };

export interface Target<Payload> {
  /** Resolves when the server has delivered the message; rejects with a Fault. You may ignore the promise. */
  send(data: Payload, options?: SendOptions): Promise<Delivery>;
  /** Sends raw bytes and an optional object. A Blob is read first, so messages sent meanwhile may arrive before it. */
  sendBinary(bytes: BinarySource, data?: Payload, options?: SendOptions): Promise<Delivery>;
}

export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

export interface Member {
  readonly name: string;
  readonly sid: number;
  /** Milliseconds since 1970, by the server's clock. */
  readonly joined: number;
  readonly attributes: Attributes;
}

export interface JoinOptions {
  /** Receive the list of members, and events when members join, leave or change attributes. Default false. */
  readonly presence?: boolean;
  /** At most 16 plain values about this client, visible to members that use presence. */
  readonly attributes?: Attributes;
}

export interface RoomEvents<Payload> {
  message: Message<Payload>;
  joined: Member;
  left: { readonly name: string; readonly sid: number };
  changed: Member;
  /** The number of members has changed. */
  count: number;
  /** The full list: after joining, and after each reconnection. */
  roster: readonly Member[];
  /** Members, count or status have changed. */
  change: RoomStatus;
  /** This client is no longer a member. The code says why: `aborted` after leave(), `closed`, or the code of the server's rejection. */
  ended: Fault;
}

export interface MemberPage {
  readonly members: readonly Member[];
  /** Pass it to page() to get the next page; null on the last one. */
  readonly next: number | null;
}

/** `out`: not joined. `joining`: waiting for the connection or for the server's reply. `in`: a member. */
export type RoomStatus = "out" | "joining" | "in";

/** `await using` releases it, if the runtime and the types support Symbol.asyncDispose. */
type AsyncDispose = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [K in Key]: () => Promise<void> }
  : unknown;

/** A membership held by one part of a program. The client leaves the room when the last lease is released. */
export type Lease<Payload = Data> = AsyncDispose & {
  readonly room: Room<Payload>;
  /** Calling it again does nothing. */
  release(): Promise<void>;
};

/**
 * A hub or a broadcast. The client joins it again after each reconnection. There is one object for each name.
 *
 * @example
 * const kitchen = ann.hub("kitchen");
 * await kitchen.join({ presence: true, attributes: { color: "red" } });
 * for await (const { from, data } of kitchen.messages()) console.log(from, data, kitchen.members.length);
 */
export interface Room<Payload> extends Target<Payload> {
  readonly name: string;
  readonly status: RoomStatus;
  /** With presence: the members, up to the 200 that the server lists. The array stays the same until something in it changes. */
  readonly members: readonly Member[];
  /** The number of members last reported by the server. */
  readonly count: number;
  /** Joins the room until leave() is called. Call it again to change presence or attributes. */
  join(options?: JoinOptions): Promise<{ readonly count: number | undefined }>;
  /** Undoes join(). The client leaves the room unless a lease still holds it. */
  leave(): Promise<void>;
  /** Joins on behalf of one part of a program. The client leaves the room when the last lease is released. */
  hold(options?: JoinOptions): Promise<Lease<Payload>>;
  /** Changes some attributes of this client. Set one to undefined to remove it. */
  setAttributes(patch: { readonly [name: string]: Attributes[string] | undefined }): Promise<void>;
  /** Fetches one page of members of a large room, starting after the given session id. */
  page(after?: number): Promise<MemberPage>;
  on<E extends keyof RoomEvents<Payload>>(type: E, listener: (event: RoomEvents<Payload>[E]) => void): () => void;
  /** Calls the listener whenever members, count or status have changed. Returns an unsubscribe function. */
  subscribe(listener: () => void): () => void;
  /** Iterates over the messages from now on, until the client leaves the room or is closed. Throws `lagging` when more than `limit` (1,000) messages wait. */
  messages(limit?: number): AsyncIterableIterator<Message<Payload>>;
}

export interface AskOptions<Progress> {
  /** Milliseconds, default 30,000; 0 sets no limit. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Ask again if the connection drops before the answer; the question may then arrive twice. Default false. */
  readonly repeatable?: boolean;
}

export interface Call<Progress> {
  readonly from: string;
  readonly sid: number;
  /** Aborted when the caller cancels or disconnects. */
  readonly signal: AbortSignal;
  progress(data: Progress): void;
}

export type Handler<S> = (request: RequestOf<S>, call: Call<ProgressOf<S>>) => AnswerOf<S> | Promise<AnswerOf<S>>;

/** The server's time. */
export interface ServerTime {
  /** Milliseconds since 1970 by the server's clock, with fractions. */
  now(): number;
  /** Difference between the server's clock and the clock of this machine, in milliseconds. */
  readonly offset: number;
  /** Maximum error of now() in milliseconds; Infinity before the first measurement. */
  readonly error: number;
}

export interface Client<C> {
  readonly state: State;
  /** Why the client is closed. */
  readonly reason: Fault | undefined;
  /** Session id of the current connection. */
  readonly sid: number | undefined;
  /** The name the client is logged in as. */
  readonly name: string | undefined;
  /** The server's greeting: version, instance and limits. */
  readonly hello: Readonly<Data>;
  /** Add it to the clock of this machine to get the server's time; whole milliseconds. */
  readonly clockOffset: number;
  readonly clock: ServerTime;
  /** How full the outgoing queue is, from 0 (empty) to 1. At 1, sends are rejected as `outbox-full`. */
  readonly pressure: number;
  on<E extends keyof ClientEvents<C>>(type: E, listener: (event: ClientEvents<C>[E]) => void): () => void;
  /** Connects an idle or closed client with its last credentials. Resolves and rejects like ready(). */
  connect(): Promise<void>;
  /**
   * Call it when the network may have changed, such as when an app returns to the foreground. The client retries a pending attempt
   * at once and checks an open connection. Not needed in browsers. Does nothing if the client is idle or closed.
   */
  reconnect(): void;
  /** Resolves once the client is logged in; rejects when it is closed. */
  ready(options?: ReadyOptions): Promise<void>;
  /** Logs in with another name or password, even after the server rejected a login or closed the session. Restores rooms, watches and messages() loops. */
  login(credentials: CredentialsSource): Promise<void>;
  /** Addresses everyone logged in under the name, or under one of the names (at most 64). This can include this client. */
  to(name: string | readonly string[]): Target<Direct<C>>;
  /** Addresses one connection, or several. */
  session(sid: number | readonly number[]): Target<Direct<C>>;
  /** A message to a hub reaches all members except the sender. */
  hub<N extends NameIn<Hubs<C>>>(name: N): Room<EntryFor<Hubs<C>, N>>;
  /** A message to a broadcast reaches all members, including the sender if it has joined. Anyone may send. */
  broadcast<N extends NameIn<Broadcasts<C>>>(name: N): Room<EntryFor<Broadcasts<C>, N>>;
  /** Asks a name, service or session id a question. Resolves with the first answer. */
  ask<N extends NameIn<Services<C>>>(
    service: N,
    request: RequestOf<EntryFor<Services<C>, N>>,
    options?: AskOptions<ProgressOf<EntryFor<Services<C>, N>>>,
  ): Promise<AnswerOf<EntryFor<Services<C>, N>>>;
  ask(sid: number, request: object, options?: AskOptions<Data>): Promise<Data>;
  /**
   * Answers questions sent to that name. A handler for the client's login name or service also answers questions to its idtag and
   * its session id. Without a name, it answers questions that no other handler covers. Returns an unsubscribe function.
   */
  handle<N extends NameIn<Services<C>>>(service: N, handler: Handler<EntryFor<Services<C>, N>>): () => void;
  handle(handler: Handler<unknown>): () => void;
  /** Starts the events `online` and `offline` for these names. Resolves with the names that are online. */
  watch(...names: string[]): Promise<readonly string[]>;
  unwatch(...names: string[]): void;
  /** Measures the round trip to the server, in milliseconds. */
  latency(): Promise<number>;
  /** Resolves when everything sent has been acknowledged or rejected, and no handler is running. */
  drain(): Promise<void>;
  /** For a service: accepts no more questions, waits for running handlers (at most `timeout` ms, default 30,000; 0 sets no limit), and closes. */
  retire(options?: { readonly timeout?: number }): Promise<void>;
  /** Disconnects and rejects everything that still waits. After connect(), no room is joined and no name is watched. */
  close(): void;
  /** @internal For @achex/client/streams and files. */
  readonly internals: ClientInternals;
}
