/** A node of a cluster, as its bus sees it. */
export interface BusOwner {
  /** It is connected, and reached by this link, which no other connection of any node ever has. */
  connected(link: string): void;
  /** The connection is lost, and with it the link. The bus connects again on its own. */
  disconnected(): void;
  received(frame: Uint8Array): void;
}

/**
 * Seam: what nodes have in common. Frames from one link to another, and those announced, arrive in order and at most once; what
 * a connection that was lost had not delivered never arrives. No call waits or throws, except `lease`.
 */
export interface Bus {
  /** False when it was not sent: there is no connection, or too many bytes wait in it. */
  send(link: string, frame: Uint8Array): boolean;
  /** Sends to every other node. */
  announce(frame: Uint8Array): boolean;
  /** A number above `after` that no other call on any node has returned. Rejects when nobody can tell. */
  lease(after: number): Promise<number>;
  close(): Promise<void>;
}

export type OpenBus = (owner: BusOwner) => Bus;

/** Where the bus is, and how to log in to it. */
export interface BusSettings {
  readonly servers: readonly string[];
  /** Beginning of all its addresses; clusters that share a bus have different ones. */
  readonly cluster: string;
  readonly login: {
    readonly user?: string;
    readonly password?: string;
    readonly token?: string;
    readonly seed?: Uint8Array;
  };
  /** Certificate authority in PEM. */
  readonly ca: string | undefined;
  readonly usesTls: boolean;
  /** A connection was lost, or could not be made. */
  failed(error: unknown): void;
}
