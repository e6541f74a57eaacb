/** The payload of one frame: text, or bytes. */
export type Payload = string | Uint8Array;

/**
 * What a socket returns for a frame: the bytes it wrote, `SOCKET_CLOSED` or `SOCKET_BACKPRESSURE`. A number, because Bun's
 * sockets serve as `Socket` as they are: a wrapper that translated would cost memory for every connection.
 */
export type SendStatus = number;
export const SOCKET_CLOSED = 0;
export const SOCKET_BACKPRESSURE = -1;

/**
 * What became of a frame: handed to the network, waiting behind earlier bytes that a slow reader has not taken, or discarded
 * because the connection is closing.
 */
export type SendResult = "sent" | "waiting" | "closed";

export function sendResultOf(status: SendStatus): SendResult {
  if (status > SOCKET_CLOSED) return "sent";
  return status === SOCKET_CLOSED ? "closed" : "waiting";
}

/** What receives the events of a connection: a session. */
export interface SocketOwner {
  receive(frame: Payload): void;
  /** A ping from the client, which the socket has already answered. */
  pinged(bytes: number): void;
  pong(payload: string): void;
  /** All bytes have been written. */
  drained(): void;
  /** The connection has ended; `violation` when the WebSocket layer closed it because the peer broke RFC 6455. */
  closed(code: number, violation: boolean): void;
}

/**
 * Seam: one open connection, as the core sees it. Sends and topic messages reach the socket in the order of the calls.
 * A closed socket ignores every call.
 */
export interface Socket extends Subscriber {
  /**
   * A connection without an owner drops its events. So the late events of a connection that a session no longer uses cannot
   * reach that session.
   */
  readonly data: { owner: SocketOwner | undefined };
  /** Queues one frame. The implementation disconnects a reader that is slower than the backlog limit. */
  send(payload: Payload): SendStatus;
  /** Runs `act`; everything it sends to this socket goes out in one write. */
  cork<Result>(act: () => Result): Result;
  /** WebSocket ping; the pong arrives at the session's `pong` with the same payload. */
  ping(payload?: string): unknown;
  close(code: number, reason: string): void;
  /** Ends the connection without a closing handshake, for a peer that no longer answers. */
  terminate(): void;
  /** Bytes that wait to be written. */
  getBufferedAmount(): number;
}

/** The part of a connection that topics need. */
export interface Subscriber {
  subscribe(topic: string): unknown;
  unsubscribe(topic: string): unknown;
  /** Sends to all other subscribers on the same listener; `SOCKET_BACKPRESSURE` when one of them lags. */
  publish(topic: string, payload: Payload): SendStatus;
}

/** The socket of a session without a connection. */
export const closedSocket: Socket = {
  data: Object.freeze({ owner: undefined }),
  send: () => SOCKET_CLOSED,
  cork: (act) => act(),
  ping() {},
  close() {},
  terminate() {},
  getBufferedAmount: () => 0,
  subscribe() {},
  unsubscribe() {},
  publish: () => SOCKET_CLOSED,
};

/** The topics of all listeners of the process. */
export interface Topics {
  /** Sends to every subscriber, except those on the listener with that index; true when one of them lags. */
  publish(topic: string, payload: Payload, skippedListener?: number): boolean;
}
