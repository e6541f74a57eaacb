/** A node of a cluster, as its bus sees it. */
export interface BusOwner {
  /** It is connected, and reached by this link, which no other connection of any node ever has. */
  connected(link: string): void;
  /** The connection is lost, and with it the link. The bus connects again on its own. */
  disconnected(): void;
  received(frame: Uint8Array): void;
}

/** An entry of the log, as it is stored. */
export interface StoredEntry {
  /** Counts up from 1 without gaps. */
  readonly position: number;
  /** When it was stored, in milliseconds since 1970: the same for all readers. It can go back when another server of the log takes over. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What reads a log. */
export interface LogSink {
  /**
   * Reading begins, perhaps again: the log holds the positions from `first` to `last`; `first` is `last + 1` if it holds none.
   * `log` names it: one that was deleted and made again has another name.
   */
  began(first: number, last: number, log: string): void;
  /** The next entry; each once. The one after it waits for a promise. */
  entry(entry: StoredEntry): void | Promise<void>;
  /** The log does not hold the next position: it no longer reaches back that far, or has lost its end. Nothing more is read. */
  lost(first: number, last: number, log: string): void;
}

/**
 * An entry could not be stored, as far as this node knows: it is not connected, too few servers of the log are, or they did not
 * answer in time. It may be in the log all the same.
 */
export class NoQuorum extends Error {
  override readonly name = "NoQuorum";
}

/**
 * How long something that keeps the bus from being used lasts: `passing` ends on its own, `forming` may, while the servers of the bus
 * find each other; `lasting` does not until somebody changes something.
 */
export type Duration = "passing" | "forming" | "lasting";

/** Why the bus cannot be used, and what to do, on one line. */
export class BusFailure extends Error {
  override readonly name = "BusFailure";

  constructor(
    message: string,
    readonly duration: Duration,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Seam: what nodes have in common. Frames from one link to another, and those announced, arrive in order and at most once; what
 * a connection that was lost had not delivered never arrives. Besides that there are logs, numbered from 0, whose entries all nodes
 * read in one order. No call waits or throws, except `lease` and `append`.
 */
export interface Bus {
  /** False when it was not sent: there is no connection, or too many bytes wait in it. */
  send(link: string, frame: Uint8Array): boolean;
  /** Sends to every other node. */
  announce(frame: Uint8Array): boolean;
  /** A number above `after` that no other call on any node has returned. Rejects with BusFailure when nobody can tell. */
  lease(after: number): Promise<number>;
  /**
   * Resolves with the position of the entry when a quorum has stored it; rejects with NoQuorum. Appended again within a minute
   * with the same id, it is stored once.
   */
  append(shard: number, entry: Uint8Array, id: string): Promise<number>;
  /** Reads a log from `after + 1` on, also across lost connections. Returns a function that ends it. */
  read(shard: number, after: number, sink: LogSink): () => void;
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
  /** Servers that store each entry of the log, if they are a cluster. */
  readonly replicas: number;
  /** A log cannot be read now. */
  logFailed(failure: BusFailure): void;
  /** A connection was lost, or could not be made, or this node is not permitted what it needs. */
  failed(failure: BusFailure): void;
}
