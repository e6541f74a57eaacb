import type { Client } from "./api.ts";
import { AchexClient } from "./client.ts";
import type { ContractOf, Strict } from "./contract.ts";
import type { AnyOptions, Options } from "./options.ts";
import type { AnySchemas } from "./schema.ts";

export type { AskOptions, Call, Client, Handler, ServerTime, Tick } from "./api.ts";
export type { Dialect } from "./codec.ts";
export type { Contract, ContractOf, Schemas, Service, Strict } from "./contract.ts";
export type { Credentials, CredentialsSource } from "./credentials.ts";
export { type AnyFaultCode, type ClientFaultCode, Fault, type FaultDetails, type Issue } from "./fault.ts";
export type { Bytes, Data } from "./json.ts";
export type { Gap, History, HistoryOptions, HistoryPage, InboxOptions, KeptJoin } from "./kept/kept-api.ts";
export type { Position } from "./kept/position.ts";
export type { Channel, ChannelKind, Delivery, Message } from "./message.ts";
export type {
  ClientEvents,
  Dropped,
  HeartbeatOptions,
  Latency,
  Lost,
  Options,
  ReadyOptions,
  Resumed,
  Retrying,
  State,
} from "./options.ts";
export type {
  Attributes,
  Host,
  HostChange,
  JoinOptions,
  JoinResult,
  Lease,
  Member,
  MemberPage,
  Room,
  RoomEvents,
  RoomOptions,
  RoomSettings,
  RoomStatus,
} from "./room-api.ts";
export type { StandardSchema } from "./schema.ts";
export type { BinarySource, SendOptions, Target } from "./send-api.ts";
export type { WebSocketConstructor, WebSocketLike } from "./socket.ts";

export type { KeyIn, RoomState, StateChange, StateEvents, WriteOptions, Written } from "./state/state-api.ts";

/**
 * Connects and logs in, and reconnects until close() is called. You can call every method immediately: messages wait until the
 * client is connected. Throws a Fault if the address or the instance is invalid. If the client cannot connect for another reason,
 * see the event `retrying` and `client.reason`.
 *
 * The type argument is the application's contract: the types of what it sends to each channel (see Contract). It can also be
 * inferred from the schemas.
 *
 * @example
 * const ann = connect("wss://relay.example/my-app", { name: "Ann", passwd: "secret" });
 * ann.on("message", ({ from, data }) => console.log(from, data));
 * await ann.to("Bob").send({ msg: "hi" });
 */
export function connect<const S extends AnySchemas>(
  url: string | { readonly href: string },
  options: Omit<Options<object>, "schemas"> & { readonly schemas: S },
): Client<ContractOf<S>>;
export function connect<C extends Strict<C> = object>(
  url: string | { readonly href: string },
  options?: Options<C>,
): Client<C>;
export function connect(url: string | { readonly href: string }, options?: AnyOptions): unknown {
  return new AchexClient(String(url), options ?? {});
}
