import type { Client } from "./api.ts";
import { AchexClient } from "./client.ts";
import type { AnyOptions, Options } from "./options.ts";

export type {
  AskOptions,
  Attributes,
  Client,
  Handler,
  JoinOptions,
  Member,
  MemberPage,
  Question,
  Room,
  RoomEvents,
  SendOptions,
  Target,
} from "./api.ts";
export type { Contract, Schemas, Service } from "./contract.ts";
export { type AnyFaultCode, type ClientFaultCode, Fault, type FaultDetails } from "./fault.ts";
export type { Data } from "./json.ts";
export type { Channel, Delivery, Message } from "./message.ts";
export type { ClientEvents, Credentials, Latency, Lost, Options, State } from "./options.ts";
export type { StandardSchema } from "./schema.ts";
export type { WebSocketConstructor, WebSocketLike } from "./socket.ts";

/**
 * Connects, logs in, and stays so until close(). Everything may be used at once: what is sent before the connection is up
 * waits for it. Throws only when the address is invalid, or when the runtime has no WebSocket.
 *
 * The type argument is the application's contract: what it sends where, see Contract.
 */
export function connect<C extends object = object>(url: string, options?: Options<C>): Client<C>;
export function connect(url: string, options: AnyOptions = {}): AchexClient {
  return new AchexClient(url, options);
}
