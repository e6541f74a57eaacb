/** One file served over plain HTTP, prepared in advance so that a request computes nothing. */
export interface Asset {
  /** Content-Type. */
  readonly type: string;
  /** Identifies exactly these bytes; letters, digits, `-` and `_`. */
  readonly hash: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The compressed body, smallest first; only encodings that made it smaller. */
  readonly encodings: readonly Encoding[];
  /** The path contains the hash, so browsers may cache it for ever. */
  readonly immutable: boolean;
  /** Pages of any origin may load it. */
  readonly shared: boolean;
  /** Content-Security-Policy; without one the page may load nothing. */
  readonly policy?: string;
  /** HTTP status; 200 unless given. */
  readonly status?: number;
  /** Where an answer of status 302 leads. */
  readonly location?: string;
  /** Seconds after which an answer of status 503 is worth another request. */
  readonly retryAfter?: number;
}

export interface Encoding {
  readonly name: "br" | "gzip";
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The files that the port serves, provided by the caller of createRelay. */
export interface Assets {
  /**
   * The asset at a path of a URL, if there is one. A promise while it is being prepared; it rejects if that fails, with a
   * message for the operator.
   */
  find(path: string): Asset | undefined | Promise<Asset | undefined>;
}

export const noAssets: Assets = { find: () => undefined };
