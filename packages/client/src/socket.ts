import { ownFault } from "./fault.ts";
import type { Bytes } from "./json.ts";

/** The part of the WebSocket API that the client uses. Browsers, Node, Bun, Deno, React Native and the package `ws` provide it. */
export interface WebSocketLike {
  binaryType: string;
  readonly protocol?: string;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  send(data: string | Bytes): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** The runtime's own WebSocket, if it has one. */
export const runtimeWebSocket = (): WebSocketConstructor | undefined =>
  typeof WebSocket === "undefined" ? undefined : WebSocket;

/** Matches scheme, host, path and query. The URL class cannot be used, because React Native's is incomplete. */
const ADDRESS = /^(?:ws|http)(s?:\/\/[^\s/?#\\]+)([^\s?#\\]*)(\?[^\s#\\]*)?(?:#\S*)?$/i;
/** Segments that URL parsers resolve, even if percent-encoded. */
const DOTS = /(^|\/)(\.|%2e){1,2}(\/|$)/i;
/** An instance cannot begin or end with a slash, or contain such segments or control characters. */
const NO_INSTANCE = /^(\/|$)|\/$|(^|\/)\.{1,2}(\/|$)|\p{Cc}/u;

/**
 * The address to connect to, from a ws, wss, http or https address. Its path is the instance, unless the options have one.
 * Throws `bad-address` if the address would silently connect to another instance, because that would cross the boundary between
 * two tenants.
 */
export function addressOf(url: unknown, instance: unknown): string {
  const [, host, path = "", query = ""] = ADDRESS.exec(String(url)) ?? [];
  if (host === undefined) throw ownFault("bad-address", `${url} is not an address like wss://relay.example/instance.`);
  if (DOTS.test(path)) throw ownFault("bad-address", `${url} has "." or ".." in its path.`);
  if (instance === undefined) return `ws${host}${path}${query}`;
  if (typeof instance !== "string" || NO_INSTANCE.test(instance))
    throw ownFault("bad-address", `${JSON.stringify(instance)} is not a valid instance name.`);
  return `ws${host}${path.replace(/\/+$/, "")}/${encodeURIComponent(instance)}${query}`;
}
