import type { Client } from "./api.ts";
import { AchexClient } from "./client.ts";
import type { ContractOf, Strict } from "./contract.ts";
import type { AnyOptions, Options } from "./options.ts";
import type { AnySchemas } from "./schema.ts";

export type {
  AskOptions,
  Attributes,
  BinarySource,
  Call,
  Client,
  Handler,
  JoinOptions,
  Lease,
  Member,
  MemberPage,
  Room,
  RoomEvents,
  RoomStatus,
  SendOptions,
  ServerTime,
  Target,
} from "./api.ts";
export type { Dialect } from "./codec.ts";
export type { Contract, ContractOf, Schemas, Service, Strict } from "./contract.ts";
export type { Credentials, CredentialsSource } from "./credentials.ts";
export { type AnyFaultCode, type ClientFaultCode, Fault, type FaultDetails, type Issue } from "./fault.ts";
export type { Bytes, Data } from "./json.ts";
export type { Channel, ChannelKind, Delivery, Message } from "./message.ts";
export type {
  ClientEvents,
  HeartbeatOptions,
  Latency,
  Lost,
  Options,
  ReadyOptions,
  Retrying,
  State,
} from "./options.ts";
export type { StandardSchema } from "./schema.ts";
export type { WebSocketConstructor, WebSocketLike } from "./socket.ts";

/**
 * Connects, logs in, and stays so until close(). Everything may be used at once: what is sent before the connection is up
 * waits for it. Throws a Fault for an address that is none, or an instance that would lead to another one; whatever else keeps
 * it from connecting is `client.reason`.
 *
 * The application's contract, what it sends where, is the type argument, see Contract; or it follows from the schemas.
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
