import type { Client, Options } from "./api.ts";
import { AchexClient } from "./client.ts";
import type { AnyOptions } from "./options.ts";

export type {
  AskOptions,
  Attributes,
  Client,
  ClientEvents,
  Credentials,
  Handler,
  JoinOptions,
  Latency,
  Lost,
  Member,
  Options,
  Question,
  Room,
  RoomEvents,
  SendOptions,
  State,
  Target,
} from "./api.ts";
export type { Contract, Schemas, Service } from "./contract.ts";
export type { Data } from "./data.ts";
export { type AnyFaultCode, type ClientFaultCode, Fault } from "./fault.ts";
export type { Channel, Delivery, Message } from "./message.ts";
export type { StandardSchema } from "./schema.ts";
export type { WebSocketConstructor, WebSocketLike } from "./socket.ts";

/**
 * Connects, logs in, and stays so until close(). Everything may be used at once: what is sent before the connection is up
 * waits for it. Throws only when the address is none, or when the runtime has no WebSocket.
 *
 * The type argument is the application's contract: what it sends where, see Contract.
 */
export function connect<C extends object = object>(url: string, options?: Options<C>): Client<C>;
export function connect(url: string, options: AnyOptions = {}): AchexClient {
  return new AchexClient(url, options);
}
