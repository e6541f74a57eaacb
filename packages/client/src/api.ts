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
  /** After a drop, send it again although it may have arrived. Default false: then the send fails as `unknown`. */
  readonly repeatable?: boolean;
  /**
   * With false, the server is asked for no confirmation: resolves when the message was passed to the socket, and a refusal is
   * only the event `fault`. For many messages a second, of which the next one replaces the last. Default true.
   */
  readonly confirm?: boolean;
}

/** Bytes: taken as they are, whatever the type of the view; or a Blob. */
export type BinarySource = ArrayBuffer | ArrayBufferView | { arrayBuffer(): Promise<ArrayBuffer> };

export interface Target<Payload> {
  /** Resolves when the server has delivered it; rejects with a Fault. The promise may be ignored. */
  send(data: Payload, options?: SendOptions): Promise<Delivery>;
  /** Raw bytes, with an object that goes with them. A Blob is read first; what is sent meanwhile overtakes it. */
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
  /** Receive who is in, joins, leaves and changes. Default false. */
  readonly presence?: boolean;
  /** At most 16 plain values about this client, which members with presence see. */
  readonly attributes?: Attributes;
}

export interface RoomEvents<Payload> {
  message: Message<Payload>;
  joined: Member;
  left: { readonly name: string; readonly sid: number };
  changed: Member;
  /** The number of members, whenever it changes. */
  count: number;
  /** The full list: after joining, and after each reconnection. */
  roster: readonly Member[];
  /** Members, count or status have changed. */
  change: RoomStatus;
  /** No member any more, and why: `aborted` when it was left, `closed`, or the fault that refused it. */
  ended: Fault;
}

export interface MemberPage {
  readonly members: readonly Member[];
  /** What to pass to page() for the next page; null on the last one. */
  readonly next: number | null;
}

/** `out`: not joined. `joining`: to be joined, once connected. `in`: a member. */
export type RoomStatus = "out" | "joining" | "in";

/** `await using` releases it, where the runtime and the types know Symbol.asyncDispose. */
type AsyncDispose = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [K in Key]: () => Promise<void> }
  : unknown;

/** A membership that one part of a program holds: the room is left when the last one is released. */
export type Lease<Payload = Data> = AsyncDispose & {
  readonly room: Room<Payload>;
  /** Calling it again does nothing. */
  release(): Promise<void>;
};

/**
 * A hub or a broadcast. Joined once, it is joined again after each reconnection. The same object for each name.
 *
 * @example
 * const kitchen = ann.hub("kitchen");
 * await kitchen.join({ presence: true, attributes: { color: "red" } });
 * for await (const { from, data } of kitchen.messages()) console.log(from, data, kitchen.members.length);
 */
export interface Room<Payload> extends Target<Payload> {
  readonly name: string;
  readonly status: RoomStatus;
  /** With presence: who is in, as far as the server lists them (200). The same array until something in it changes. */
  readonly members: readonly Member[];
  /** The number of members, as far as the server has told it. */
  readonly count: number;
  /** Joins until leave(). Called again, it changes presence and attributes, where given. */
  join(options?: JoinOptions): Promise<{ readonly count: number | undefined }>;
  /** Ends join(). The room is left when nobody holds it either. */
  leave(): Promise<void>;
  /** Joins for one part of a program, no matter who else is in: the room is left when the last one is released. */
  hold(options?: JoinOptions): Promise<Lease<Payload>>;
  /** Changes some attributes of this client; one that is undefined is removed. */
  setAttributes(patch: { readonly [name: string]: Attributes[string] | undefined }): Promise<void>;
  /** A page of the members of a large room, after that session id. */
  page(after?: number): Promise<MemberPage>;
  on<E extends keyof RoomEvents<Payload>>(type: E, listener: (event: RoomEvents<Payload>[E]) => void): () => void;
  /** Calls the listener whenever members, count or status have changed. Returns an unsubscribe function. */
  subscribe(listener: () => void): () => void;
  /** From now on, until the room is left or the client closed; throws `lagging` when more than `limit` (1,000) wait. */
  messages(limit?: number): AsyncIterableIterator<Message<Payload>>;
}

export interface AskOptions<Progress> {
  /** Milliseconds, default 30,000; 0 waits for ever. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** After a drop, ask again although the question may have arrived. */
  readonly repeatable?: boolean;
}

export interface Call<Progress> {
  readonly from: string;
  readonly sid: number;
  /** Aborted when the asker cancels or disconnects. */
  readonly signal: AbortSignal;
  progress(data: Progress): void;
}

export type Handler<S> = (request: RequestOf<S>, call: Call<ProgressOf<S>>) => AnswerOf<S> | Promise<AnswerOf<S>>;

/** The server's time. */
export interface ServerTime {
  /** Milliseconds since 1970 by the server's clock, with fractions. */
  now(): number;
  /** What is added to the clock of this machine, milliseconds. */
  readonly offset: number;
  /** now() is wrong by at most so many milliseconds; Infinity before the first measurement. */
  readonly error: number;
}

export interface Client<C> {
  readonly state: State;
  /** Why it is closed. */
  readonly reason: Fault | undefined;
  /** Session id of the current connection. */
  readonly sid: number | undefined;
  /** The name it is logged in as. */
  readonly name: string | undefined;
  /** What the server said first: version, instance and limits. */
  readonly hello: Readonly<Data>;
  /** Add it to the clock of this machine to get the server's, whole milliseconds. */
  readonly clockOffset: number;
  readonly clock: ServerTime;
  /** How full the queue of what waits to be sent is: 0 is empty, at 1 sends are refused as `outbox-full`. */
  readonly pressure: number;
  on<E extends keyof ClientEvents<C>>(type: E, listener: (event: ClientEvents<C>[E]) => void): () => void;
  /** Connects if it is idle or closed, with the credentials it had; then like ready(). */
  connect(): Promise<void>;
  /**
   * The network may have changed, as when an app returns to the foreground: what waits or hangs is tried again at once, and a
   * connection that is up is checked. Browsers need no call. Does nothing on a client that is idle or closed.
   */
  reconnect(): void;
  /** Resolves when it is, or becomes, logged in; rejects when it is closed. */
  ready(options?: ReadyOptions): Promise<void>;
  /** Another name or password, also after a refused login or a dismissal: rooms, watches and loops are then restored. */
  login(credentials: CredentialsSource): Promise<void>;
  /** To everyone logged in under the name, this client too, or under one of the names (at most 64). */
  to(name: string | readonly string[]): Target<Direct<C>>;
  /** To one connection, or several. */
  session(sid: number | readonly number[]): Target<Direct<C>>;
  /** What is sent to a hub reaches its members, but not the sender. */
  hub<N extends NameIn<Hubs<C>>>(name: N): Room<EntryFor<Hubs<C>, N>>;
  /** What is sent to a broadcast reaches its members, the sender too if it has joined; anyone may send. */
  broadcast<N extends NameIn<Broadcasts<C>>>(name: N): Room<EntryFor<Broadcasts<C>, N>>;
  /** A question to a name, service or session id; resolves with the first answer. */
  ask<N extends NameIn<Services<C>>>(
    service: N,
    request: RequestOf<EntryFor<Services<C>, N>>,
    options?: AskOptions<ProgressOf<EntryFor<Services<C>, N>>>,
  ): Promise<AnswerOf<EntryFor<Services<C>, N>>>;
  ask(sid: number, request: object, options?: AskOptions<Data>): Promise<Data>;
  /**
   * Answers questions to that name. A handler for the name this client has logged in with, or for its service, also takes those
   * to its idtag and its session id. Without a name it takes those that no other handler takes. Returns an unsubscribe function.
   */
  handle<N extends NameIn<Services<C>>>(service: N, handler: Handler<EntryFor<Services<C>, N>>): () => void;
  handle(handler: Handler<unknown>): () => void;
  /** Starts the events `online` and `offline` for these names; resolves with those that are online. */
  watch(...names: string[]): Promise<readonly string[]>;
  unwatch(...names: string[]): void;
  /** Round trip to the server, measured now, milliseconds. */
  latency(): Promise<number>;
  /** Resolves when everything sent has been confirmed or rejected, and no handler runs. */
  drain(): Promise<void>;
  /** For a service: takes no more questions, finishes those it has, at most for the timeout (default 30,000 ms, 0 is none), and closes. */
  retire(options?: { readonly timeout?: number }): Promise<void>;
  /** Disconnects; what is still waiting is rejected. connect() begins again, with no room joined and nothing watched. */
  close(): void;
  /** @internal For @achex/client/streams and files. */
  readonly internals: ClientInternals;
}
