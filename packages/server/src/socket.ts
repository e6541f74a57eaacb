/** What one frame carries: text, or bytes. */
export type Payload = string | Uint8Array;

/**
 * Seam: one open connection, as the core sees it. Sends and topic messages reach one socket in the order of the calls.
 * A socket that is closed ignores every call.
 */
export interface Socket extends Subscriber {
  /** Queues one frame; a reader slower than the backlog limit is closed by the implementation. 0 when the socket is closing. */
  send(payload: Payload): unknown;
  /** Runs `act`; what it sends to this socket goes out in one write. */
  cork<Result>(act: () => Result): Result;
  /** WebSocket ping; the pong comes back through the session's `pong` with the same payload. */
  ping(payload?: string): unknown;
  close(code: number, reason: string): void;
  /** Ends the connection without a closing handshake, for a peer that no longer answers. */
  terminate(): void;
  /** Bytes that wait to go out. */
  getBufferedAmount(): number;
}

/** What a topic needs from a connection. */
export interface Subscriber {
  subscribe(topic: string): unknown;
  unsubscribe(topic: string): unknown;
  /** To all subscribers on the same listener but this one; below 0 when one of them lags. */
  publish(topic: string, payload: Payload): number;
}

/** All listeners of the process. */
export interface Topics {
  /** To every subscriber, leaving out the listener of that number; true when one of them lags behind. */
  publish(topic: string, payload: Payload, skippedListener?: number): boolean;
}
