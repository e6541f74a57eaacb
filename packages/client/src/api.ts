import type { AnswerOf, Broadcasts, Direct, Hubs, ProgressOf, RequestOf, Services } from "./contract.ts";
import type { Fault } from "./fault.ts";
import type { ClientInternals } from "./internals.ts";
import type { Data } from "./json.ts";
import type { Delivery, Message } from "./message.ts";
import type { ClientEvents, Credentials, State } from "./options.ts";

export interface SendOptions {
  /** After a drop, send it again although it may have arrived. Default false: then the send fails as `unknown`. */
  readonly repeatable?: boolean;
}

export interface Target<Payload> {
  /** Resolves when the server has delivered it; rejects with a Fault. The promise may be ignored. */
  send(data: Payload, options?: SendOptions): Promise<Delivery>;
  /** Raw bytes, with an object that goes with them. */
  sendBinary(bytes: Uint8Array, data?: Payload, options?: SendOptions): Promise<Delivery>;
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
}

export interface MemberPage {
  readonly members: readonly Member[];
  /** What to pass to page() for the next page; null on the last one. */
  readonly next: number | null;
}

/** A hub or a broadcast. Joined once, it is joined again after each reconnection. */
export interface Room<Payload> extends Target<Payload> {
  readonly name: string;
  /** With presence: who is in, as far as the server lists them (200). */
  readonly members: readonly Member[];
  /** The number of members, as far as the server has told it. */
  readonly count: number;
  /** Joining again replaces attributes and presence. */
  join(options?: JoinOptions): Promise<{ readonly count: number | undefined }>;
  leave(): Promise<void>;
  /** A page of the members of a large room, after that session id. */
  page(after?: number): Promise<MemberPage>;
  on<E extends keyof RoomEvents<Payload>>(type: E, listener: (event: RoomEvents<Payload>[E]) => void): () => void;
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

export interface Question<Progress> {
  readonly from: string;
  readonly sid: number;
  /** Aborted when the asker cancels or disconnects. */
  readonly signal: AbortSignal;
  progress(data: Progress): void;
}

export type Handler<S> = (
  request: RequestOf<S>,
  question: Question<ProgressOf<S>>,
) => AnswerOf<S> | Promise<AnswerOf<S>>;

type Key<T> = keyof T & string;

export interface Client<C> {
  readonly state: State;
  /** Why it is closed, if not by close(). */
  readonly reason: Fault | undefined;
  /** Session id of the current connection. */
  readonly sid: number | undefined;
  /** The name it is logged in as. */
  readonly name: string | undefined;
  /** What the server said first: version, instance and limits. */
  readonly hello: Readonly<Data>;
  /** Add it to the clock of this machine to get the server's, milliseconds. */
  readonly clockOffset: number;
  on<E extends keyof ClientEvents<C>>(type: E, listener: (event: ClientEvents<C>[E]) => void): () => void;
  /** Resolves when it is, or becomes, logged in; rejects if it can no longer connect. */
  ready(): Promise<void>;
  /** Another name or password, also after a refused login. */
  login(credentials: Credentials): Promise<void>;
  /** To everyone logged in under the name, or the names (at most 64). */
  to(name: string | readonly string[]): Target<Direct<C>>;
  /** To one connection, or several. */
  session(sid: number | readonly number[]): Target<Direct<C>>;
  hub<K extends Key<Hubs<C>>>(name: K): Room<Hubs<C>[K]>;
  broadcast<K extends Key<Broadcasts<C>>>(name: K): Room<Broadcasts<C>[K]>;
  /** A question to a name, service or session id; resolves with the first answer. */
  ask<K extends Key<Services<C>>>(
    service: K,
    request: RequestOf<Services<C>[K]>,
    options?: AskOptions<ProgressOf<Services<C>[K]>>,
  ): Promise<AnswerOf<Services<C>[K]>>;
  ask(sid: number, request: object, options?: AskOptions<Data>): Promise<Data>;
  /** Answers questions to that name; without a name, those that no other handler takes. Returns an unsubscribe function. */
  handle<K extends Key<Services<C>>>(service: K, handler: Handler<Services<C>[K]>): () => void;
  handle(handler: Handler<unknown>): () => void;
  /** Starts the events `online` and `offline` for these names; resolves with those that are online. */
  watch(...names: string[]): Promise<readonly string[]>;
  unwatch(...names: string[]): void;
  /** Round trip to the server, measured now, milliseconds. */
  latency(): Promise<number>;
  /** Resolves when everything sent has been confirmed or rejected, and every question answered. */
  drain(): Promise<void>;
  /** Disconnects; what is still waiting is rejected. */
  close(): void;
  /** @internal For @achex/client/streams and files. */
  readonly internals: ClientInternals;
}
