import type { Clock } from "./clock.ts";
import type { AnswerOf, Broadcasts, Direct, Hubs, ProgressOf, RequestOf, Schemas, Services } from "./contract.ts";
import type { Data } from "./data.ts";
import type { Fault } from "./fault.ts";
import type { Wire } from "./host.ts";
import type { Delivery, Message } from "./message.ts";
import type { WebSocketConstructor } from "./socket.ts";

export interface Credentials {
  /** Without a name the session can only ask for the latency. */
  readonly name?: string;
  readonly passwd?: string;
  /** Log in as the service of that name. */
  readonly service?: boolean;
  /** The name this instance of a service answers to, beside the service's own. */
  readonly idtag?: string;
}

export interface Options<C> extends Credentials {
  /** Name space; by default the path of the address. */
  readonly instance?: string;
  /** `classic` and `cloud` speak the original protocol to a server that knows no other. Default `achex.2`. */
  readonly dialect?: "achex.2" | "classic" | "cloud";
  readonly schemas?: Schemas<C>;
  /** For runtimes without one of their own, such as Node before 22: that of the package `ws`. */
  readonly WebSocket?: WebSocketConstructor;
  /** @internal */
  readonly clock?: Clock;
  /** @internal */
  readonly random?: () => number;
}

/**
 * `connecting`: on the way to being logged in. `waiting`: cut, another attempt follows. `offline`: the same, and the runtime
 * knows of no network. `closed`: for good, see `reason`.
 */
export type State = "connecting" | "ready" | "waiting" | "offline" | "closed";

/** What a cut may have cost. Messages to this client were not kept for it meanwhile. */
export interface Lost {
  /** WebSocket close code. */
  readonly code: number;
  readonly reason: string;
  /** Sends and asks rejected as `unknown`. */
  readonly unknown: number;
  /** Sends and asks that will be repeated. */
  readonly repeated: number;
}

export interface Latency {
  /** Round trip. */
  readonly milliseconds: number;
  /** Add it to the clock of this machine to have the server's, milliseconds. */
  readonly clockOffset: number;
}

export interface ClientEvents<C> {
  /** Every message that is no question, answer or part of a stream, those of hubs and broadcasts included. */
  message: Message<Direct<C> | Hubs<C>[keyof Hubs<C>] | Broadcasts<C>[keyof Broadcasts<C>]>;
  state: State;
  /** Failures nobody awaits: ignored sends, refused frames, messages that do not fit their schema. */
  fault: Fault;
  /** Measured anew: after each login, after each silence of 15 s, and by latency(). */
  latency: Latency;
  /** A watched name has come. */
  online: string;
  /** A watched name has gone. */
  offline: string;
  /** Once per cut. */
  lost: Lost;
}

export interface SendOptions {
  /** After a cut, send it again although it may have arrived. Default false: then the send fails as `unknown`. */
  readonly repeatable?: boolean;
}

export interface Target<Payload> {
  /** Resolves when the server has handed it on; rejects with a Fault. The promise may be ignored. */
  send(data: Payload, options?: SendOptions): Promise<Delivery>;
  /** Raw bytes, with data beside them. */
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
  /** Be told who is in, comes, goes and changes. Default false. */
  readonly presence?: boolean;
  /** At most 16 plain values about oneself, which members with presence see. */
  readonly attributes?: Attributes;
}

export interface RoomEvents<Payload> {
  message: Message<Payload>;
  joined: Member;
  left: { readonly name: string; readonly sid: number };
  changed: Member;
  /** Members in all, whenever it changes. */
  count: number;
  /** Everybody anew: after joining, and after each reconnection. */
  roster: readonly Member[];
}

/** A hub or a broadcast. Joined once, it is joined again after every cut. */
export interface Room<Payload> extends Target<Payload> {
  readonly name: string;
  /** With presence: who is in, as far as the server lists them (200). */
  readonly members: readonly Member[];
  /** Members in all, as far as it was told. */
  readonly count: number;
  /** Joining again replaces attributes and presence. */
  join(options?: JoinOptions): Promise<{ readonly count: number | undefined }>;
  leave(): Promise<void>;
  /** A page of the members of a large room, after that session id. `next` is null on the last page. */
  page(after?: number): Promise<{ readonly members: readonly Member[]; readonly next: number | null }>;
  on<E extends keyof RoomEvents<Payload>>(type: E, listener: (event: RoomEvents<Payload>[E]) => void): () => void;
  /** From now on, until the room is left or the client closed; throws `lagging` when more than `limit` (1,000) wait. */
  messages(limit?: number): AsyncIterableIterator<Message<Payload>>;
}

export interface AskOptions<Progress> {
  /** Milliseconds, default 30,000; 0 waits for ever. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** After a cut, ask again although it may have been heard. */
  readonly repeatable?: boolean;
}

export interface Question<Progress> {
  readonly from: string;
  readonly sid: number;
  /** Aborted when the asker cancels or goes. */
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
  /** Session id of the connection at hand. */
  readonly sid: number | undefined;
  /** The name it bears. */
  readonly name: string | undefined;
  /** What the server said first: version, instance and limits. */
  readonly hello: Readonly<Data>;
  /** Add it to the clock of this machine to have the server's, milliseconds. */
  readonly clockOffset: number;
  on<E extends keyof ClientEvents<C>>(type: E, listener: (event: ClientEvents<C>[E]) => void): () => void;
  /** Resolves when it is, or becomes, logged in; rejects when that will never be. */
  ready(): Promise<void>;
  /** Another name or password, also after a refused login. */
  login(credentials: Credentials): Promise<void>;
  /** To whoever is logged in under the name, or the names (at most 64). */
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
  /** Answers questions to that name; without a name, those that no other handler takes. */
  handle<K extends Key<Services<C>>>(service: K, handler: Handler<Services<C>[K]>): () => void;
  handle(handler: Handler<unknown>): () => void;
  /** Starts the events `online` and `offline` for these names; resolves with those that are online. */
  watch(...names: string[]): Promise<readonly string[]>;
  unwatch(...names: string[]): void;
  /** Round trip to the server, measured now, milliseconds. */
  latency(): Promise<number>;
  /** Resolves when everything sent has been confirmed or rejected, and every question answered. */
  drain(): Promise<void>;
  /** Ends it; what is still waiting is rejected. */
  close(): void;
  /** @internal For @achex/client/streams. */
  readonly wire: Wire;
}
