/** One file that the port serves to plain HTTP, ready to go out: nothing is computed for a request. */
export interface Asset {
  /** Content-Type. */
  readonly type: string;
  /** Stands for exactly these bytes; letters, digits, `-` and `_`. */
  readonly hash: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The body compressed, the best first; only where that made it smaller. */
  readonly encodings: readonly Encoding[];
  /** The path names the content, so that whoever has it need never ask again. */
  readonly immutable: boolean;
  /** Pages of every origin may load it. */
  readonly shared: boolean;
  /** Content-Security-Policy; without one nothing is allowed. */
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

/** What the port serves beside frames, health and metrics. Whoever starts the relay brings it. */
export interface Assets {
  /**
   * What stands at a path of a URL, if anything. A promise while it is still being prepared; it rejects when that failed,
   * with a message for the operator.
   */
  find(path: string): Asset | undefined | Promise<Asset | undefined>;
}

export const noAssets: Assets = { find: () => undefined };
