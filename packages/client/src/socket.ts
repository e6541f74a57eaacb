/** What the client needs of a WebSocket: the browser's, Node's, Bun's, Deno's, React Native's and that of `ws` have it. */
export interface WebSocketLike {
  binaryType: string;
  readonly protocol?: string;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** The runtime's own WebSocket. */
export function runtimeWebSocket(): WebSocketConstructor {
  if (typeof WebSocket === "undefined") throw new TypeError("No WebSocket here: pass one to connect().");
  return WebSocket;
}

/** The address to connect to: any of ws, wss, http and https, with the instance as its path. */
export function addressOf(url: string, instance: string | undefined): string {
  const address = url.replace(/^http/, "ws");
  return instance === undefined ? address : `${address.replace(/\/+$/, "")}/${encodeURIComponent(instance)}`;
}
