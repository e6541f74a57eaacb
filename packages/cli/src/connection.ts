import type { Dialect } from "@achex/protocol";

/** Where to connect, and the credentials. */
export interface Login {
  /** As the user wrote it, see relayUrl. */
  readonly address: string;
  /** If undefined, it is detected. */
  readonly dialect: Dialect | undefined;
  readonly name: string;
  readonly password: string;
  /** Report who joins and leaves hubs and broadcasts. */
  readonly presence?: boolean;
  /** Reconnect after a lost connection instead of ending. */
  readonly reconnect?: boolean;
}

/** One logged-in connection, whatever dialect the server speaks. Every error is a `Failure` of one line. */
export interface Connection {
  /** Known once the server has sent it. */
  readonly sessionId: number | undefined;
  /** Resolves when the connection is over, with the reason as text. */
  readonly closed: Promise<string>;
  join(hub: string): Promise<void>;
  register(broadcast: string): Promise<void>;
  /** Passes a frame to the socket; `flush` reports the outcome. */
  send(frame: string): void;
  /**
   * Resolves when the server has handled everything sent before. Throws if it rejected a frame and the dialect reports that.
   */
  flush(): Promise<void>;
  close(): Promise<void>;
}
