import type { Bytes, HashMark } from "@achex/files";

interface Numbered {
  /** Number of the request. */
  readonly number: number;
  /** Number of the open file or hash. */
  readonly id: number;
}

/** What a page asks its worker to do. */
export type DiskRequest = Numbered &
  (
    | { readonly op: "hash"; readonly state?: Bytes | undefined }
    | { readonly op: "open"; readonly list: string; readonly file: number; readonly mark?: HashMark | undefined }
    | { readonly op: "write"; readonly bytes: Bytes }
    | { readonly op: "mark" | "finish" | "close" }
  );

export interface DiskAnswer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}
