import type { Clock } from "./clock.ts";
import type { Dialect } from "./codec.ts";
import type { Broadcasts, Direct, Hubs, Schemas } from "./contract.ts";
import type { Credentials, CredentialsSource } from "./credentials.ts";
import type { Fault } from "./fault.ts";
import type { Gap, InboxOptions } from "./kept/kept-api.ts";
import type { Message } from "./message.ts";
import type { AnySchemas } from "./schema.ts";
import type { WebSocketConstructor } from "./socket.ts";

export interface HeartbeatOptions {
  /** Milliseconds of silence before the client checks the connection. Default: the server's value, 15,000. */
  readonly after?: number;
  /** Milliseconds to wait for the answer before the connection counts as dead. Default 10,000. */
  readonly dead?: number;
}

export interface Options<C> extends Credentials {
  /** Use it instead of `name`, `passwd`, `service` and `idtag` to provide credentials before each login. */
  readonly credentials?: CredentialsSource;
  /** The instance (an isolated name space) to connect to; by default the path of the address. */
  readonly instance?: string;
  /** With false, the client opens no connection until connect() is called. Default true. */
  readonly autoConnect?: boolean;
  /** A legacy dialect from `@achex/client/legacy`, for a server that does not support achex.2. By default achex.2. */
  readonly dialect?: Dialect;
  readonly schemas?: Schemas<C>;
  readonly heartbeat?: HeartbeatOptions;
  /** With false, the session ends with its connection. Default true: it is resumed after a drop, if the server supports it. */
  readonly resume?: boolean;
  /**
   * With `"reload"`, the session survives a reload of its page: the next page that connects to the same address under the same name
   * within 15 s goes on with it, and gets the messages sent meanwhile. Open questions and streams end. Two tabs are two sessions.
   */
  readonly survive?: "reload";
  /**
   * Read the inbox of the name: after each login, the messages arrive that the server has stored for it and that this device has not
   * confirmed. A message is confirmed when all listeners of the event `message` have returned, and the promises they returned are
   * fulfilled; if one fails, the message and those after it arrive again after the next login. `true` is the device `default`. Without
   * effect if the server does not keep the name.
   */
  readonly inbox?: boolean | InboxOptions;
  /**
   * Replaces JSON.parse for messages, for example to keep large integers exact. It gets the text of the whole frame. A result that is
   * not an object counts as an empty object. The metadata of streams and files is always read by JSON.parse.
   */
  readonly parse?: (text: string) => unknown;
  /** The WebSocket class to use in runtimes that have none, such as that of the package `ws` in Node before 22. */
  readonly WebSocket?: WebSocketConstructor;
  /** @internal */
  readonly clock?: Clock;
  /** @internal */
  readonly random?: () => number;
}

/** The options of a client with any contract. */
export type AnyOptions = Omit<Options<object>, "schemas"> & { readonly schemas?: AnySchemas };

/**
 * `idle`: connect() was not called yet. `connecting`: opening a connection and logging in. `ready`: logged in. `waiting`:
 * disconnected, another attempt follows. `offline`: the same, and the runtime reports no network. `closed`: closed by close() or by
 * the server (see `reason`); connect() or login() starts again.
 */
export type State = "idle" | "connecting" | "ready" | "waiting" | "offline" | "closed";

export interface ReadyOptions {
  /** Milliseconds after which ready() rejects with `timeout`. The `cause` of that fault says why the last attempt failed. Default: no timeout. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** A failed attempt to connect, and when the next one follows. */
export interface Retrying {
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next attempt. */
  readonly delay: number;
  /** Why the attempt failed: `unreachable` with the details the runtime gives, or the server's rejection. */
  readonly cause: Fault;
  /** WebSocket close code, if the connection failed. Browsers report 1006 for every failure before the greeting. */
  readonly code: number | undefined;
  /** When the next attempt begins, in milliseconds since 1970 by the clock of this machine. */
  readonly nextAttempt: number;
}

/** A connection that dropped. Another attempt follows, which resumes the session if it can. */
export interface Dropped {
  /** WebSocket close code. */
  readonly code: number;
  readonly reason: string;
  /** When the next attempt begins, in milliseconds since 1970 by the clock of this machine. */
  readonly nextAttempt: number;
}

/** What may have been lost with a dropped connection whose session could not be resumed. */
export interface Lost {
  /** WebSocket close code. */
  readonly code: number;
  readonly reason: string;
  /** Number of sends and questions rejected as `unknown`. */
  readonly unknown: number;
  /** Number of sends and questions that will be repeated. */
  readonly repeated: number;
  /** Number of frames from the server that were lost, if it said so. */
  readonly missing?: number;
}

/** A session that went on after a drop: nothing was lost. */
export interface Resumed {
  /** Number of frames, messages among them, that the server had held and now sends. */
  readonly replayed: number;
  /** How long the client was disconnected, ms. */
  readonly offline: number;
}

export interface Latency {
  /** Round-trip time. */
  readonly milliseconds: number;
  /** Add it to the clock of this machine to get the server's time; milliseconds. */
  readonly clockOffset: number;
}

export interface ClientEvents<C> {
  /** Every message to this client, including those of hubs and broadcasts; not questions, answers and streams. */
  message:
    | Message<Direct<C>, "name" | "session">
    | Message<Hubs<C>[keyof Hubs<C>], "hub">
    | Message<Broadcasts<C>[keyof Broadcasts<C>], "broadcast">;
  state: State;
  /** Messages of a kept channel that this client does not get, because they were deleted. It comes before the messages that follow them. */
  gap: Gap;
  /** Failures that are not handled elsewhere: ignored sends, rejected frames, messages that do not match their schema. */
  fault: Fault;
  /** Measured after each login, after each silence of 15 s, and by latency(). */
  latency: Latency;
  /** A watched name came online. */
  online: string;
  /** A watched name went offline. */
  offline: string;
  /** Once per dropped connection, unless the client was closed with it. */
  dropped: Dropped;
  /** The connection dropped, and the session could not be resumed. */
  lost: Lost;
  /** The connection had dropped, and the session goes on. What the server held in the meantime follows. */
  resumed: Resumed;
  /** Once per failed attempt to connect. */
  retrying: Retrying;
}

/** The events of a client with any contract. */
export type AnyEvents = Omit<ClientEvents<object>, "message"> & { message: Message };
