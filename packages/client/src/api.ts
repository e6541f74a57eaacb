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
  StateOf,
} from "./contract.ts";
import type { CredentialsSource } from "./credentials.ts";
import type { Fault } from "./fault.ts";
import type { ClientInternals } from "./internals.ts";
import type { Data } from "./json.ts";
import type { ClientEvents, ReadyOptions, State } from "./options.ts";
import type { Room } from "./room-api.ts";
import type { Target } from "./send-api.ts";

export interface AskOptions<Progress> {
  /** Milliseconds, default 30,000; 0 sets no limit. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Ask again if the session ends before the answer; the question may then arrive twice. Default false. */
  readonly repeatable?: boolean;
}

export interface Call<Progress> {
  readonly from: string;
  readonly sid: number;
  /** Aborted when the caller cancels or its session ends. */
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
  /**
   * Calls the listener at each multiple of `milliseconds` in the server's time, so that the clients of a game count the same ticks at
   * the same moments. Begins when the server's time is known, and ends when the client is closed. Returns an unsubscribe function.
   */
  every(milliseconds: number, listener: (tick: Tick) => void): () => void;
}

export interface Tick {
  /** The server's time divided by the interval: the same number in every client. */
  readonly tick: number;
  /** When it is due, by the server's clock; at most one interval ago. */
  readonly time: number;
  /** Number of ticks left out since the last call, because the program was busy or the page was hidden. */
  readonly skipped: number;
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
  /** When the next attempt to connect begins, in milliseconds since 1970; undefined unless the client is `waiting` or `offline`. */
  readonly nextAttempt: number | undefined;
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
  hub<N extends NameIn<Hubs<C>>>(name: N): Room<EntryFor<Hubs<C>, N>, StateOf<C, N>>;
  /** A message to a broadcast reaches all members, including the sender if it has joined. Anyone may send. */
  broadcast<N extends NameIn<Broadcasts<C>>>(name: N): Room<EntryFor<Broadcasts<C>, N>, StateOf<C, N>>;
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
