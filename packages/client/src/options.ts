import type { Clock } from "./clock.ts";
import type { Broadcasts, Direct, Hubs, Schemas } from "./contract.ts";
import type { Fault } from "./fault.ts";
import type { Message } from "./message.ts";
import type { AnySchemas } from "./schema.ts";
import type { WebSocketConstructor } from "./socket.ts";

export interface Credentials {
  /** Without a name the session can only ask for the latency. */
  readonly name?: string;
  readonly passwd?: string;
  /** Log in as the service of that name. */
  readonly service?: boolean;
  /** The name of this instance of a service, in addition to the service's own. */
  readonly idtag?: string;
}

export interface Options<C> extends Credentials {
  /** Name space; by default the path of the address. */
  readonly instance?: string;
  /** `classic` and `cloud` are the legacy dialects, for a server that speaks no other. Default `achex.2`. */
  readonly dialect?: "achex.2" | "classic" | "cloud";
  readonly schemas?: Schemas<C>;
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
 * `connecting`: opening a connection and logging in. `waiting`: disconnected, another attempt follows. `offline`: the same, and
 * the runtime knows of no network. `closed`: for good, see `reason`.
 */
export type State = "connecting" | "ready" | "waiting" | "offline" | "closed";

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
  /** Every message that is no question, answer or part of a stream, those of hubs and broadcasts included. */
  message: Message<Direct<C> | Hubs<C>[keyof Hubs<C>] | Broadcasts<C>[keyof Broadcasts<C>]>;
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
}
