import type { Clock } from "./clock.ts";
import type { Dialect } from "./codec.ts";
import type { Broadcasts, Direct, Hubs, Schemas } from "./contract.ts";
import type { Credentials, CredentialsSource } from "./credentials.ts";
import type { Fault } from "./fault.ts";
import type { Message } from "./message.ts";
import type { AnySchemas } from "./schema.ts";
import type { WebSocketConstructor } from "./socket.ts";

export interface HeartbeatOptions {
  /** Milliseconds of silence after which the server is asked for a sign of life. Default: what the server's hello says, 15,000. */
  readonly after?: number;
  /** Milliseconds the answer may take before the connection counts as dead. Default 10,000. */
  readonly dead?: number;
}

export interface Options<C> extends Credentials {
  /** Instead of `name` and the others: credentials that are asked for before each login. */
  readonly credentials?: CredentialsSource;
  /** Name space; by default the path of the address. */
  readonly instance?: string;
  /** With false, nothing is opened before connect() is called. Default true. */
  readonly autoConnect?: boolean;
  /** A legacy dialect from `@achex/client/legacy`, for a server that speaks no other. By default achex.2. */
  readonly dialect?: Dialect;
  readonly schemas?: Schemas<C>;
  readonly heartbeat?: HeartbeatOptions;
  /**
   * Parses the text of a message instead of JSON.parse, say without rounding large integers. It gets the whole frame; what is not an
   * object then counts as one without keys. What goes with streams and files is read by JSON.parse.
   */
  readonly parse?: (text: string) => unknown;
  /** For runtimes without a WebSocket of their own, such as Node before 22: that of the package `ws`. */
  readonly WebSocket?: WebSocketConstructor;
  /** @internal */
  readonly clock?: Clock;
  /** @internal */
  readonly random?: () => number;
}

/** The options of a client of any contract. */
export type AnyOptions = Omit<Options<object>, "schemas"> & { readonly schemas?: AnySchemas };

/**
 * `idle`: connect() was not called yet. `connecting`: opening a connection and logging in. `ready`: logged in. `waiting`:
 * disconnected, another attempt follows. `offline`: the same, and the runtime knows of no network. `closed`: by close(), or by
 * the server, see `reason`; connect() or login() starts again.
 */
export type State = "idle" | "connecting" | "ready" | "waiting" | "offline" | "closed";

export interface ReadyOptions {
  /** Milliseconds after which ready() rejects with `timeout`; its `cause` is why the last attempt failed. Default: none. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** A failed attempt to connect, and when the next one follows. */
export interface Retrying {
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next one. */
  readonly delay: number;
  /** Why it failed: `unreachable` with what the runtime says about the connection, or the server's refusal. */
  readonly cause: Fault;
  /** WebSocket close code, if the connection was the reason. A browser says 1006 for anything before the greeting. */
  readonly code: number | undefined;
}

/** What a dropped connection may have cost. Messages to this client were not kept for it meanwhile. */
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
  /** Add it to the clock of this machine to get the server's, milliseconds. */
  readonly clockOffset: number;
}

export interface ClientEvents<C> {
  /** Every message that is not a question, answer or part of a stream, those of hubs and broadcasts included. */
  message:
    | Message<Direct<C>, "name" | "session">
    | Message<Hubs<C>[keyof Hubs<C>], "hub">
    | Message<Broadcasts<C>[keyof Broadcasts<C>], "broadcast">;
  state: State;
  /** Failures nobody listens for: ignored sends, refused frames, messages that do not fit their schema. */
  fault: Fault;
  /** Measured after each login, after each silence of 15 s, and by latency(). */
  latency: Latency;
  /** A watched name came online. */
  online: string;
  /** A watched name went offline. */
  offline: string;
  /** Once per dropped connection. */
  lost: Lost;
  /** Once per failed attempt to connect. */
  retrying: Retrying;
}

/** The events of a client of any contract. */
export type AnyEvents = Omit<ClientEvents<object>, "message"> & { message: Message };
