import type { Bytes } from "./bytes.ts";
import type { OfferedFile } from "./messages.ts";

/** Bytes between two points at which a transfer can be resumed after a reload. */
export const MARK = 4 * 1024 * 1024;

/** SHA-256 whose state can be saved. */
export interface Hasher {
  update(bytes: Bytes): void | Promise<void>;
  save(): Bytes | Promise<Bytes>;
  digest(): Bytes | Promise<Bytes>;
  /** Frees what it holds. */
  close?(): void;
}
/** A new one, or one that continues from a saved state. */
export type CreateHasher = (state?: Bytes) => Promise<Hasher>;

/** A file to be sent. */
export interface Source extends OfferedFile {
  /** Rejects if the file has changed or is gone. */
  read(from: number, to: number): Promise<Bytes>;
}

/** A point at which a hash can be continued. */
export interface HashMark {
  readonly offset: number;
  readonly state: Bytes;
}

/** Where the hash marks of sent files are kept, so that a sender does not read everything again after a reload. */
export interface MarkStore {
  load(list: string, file: number): Promise<readonly HashMark[]>;
  save(list: string, file: number, marks: readonly HashMark[]): Promise<void>;
  remove(list: string): Promise<void>;
}

/** One file that is being received. It hashes what it writes. */
export interface Sink {
  /** Bytes that it has, from which it goes on. */
  readonly offset: number;
  write(bytes: Bytes): Promise<void>;
  /** Makes what was written durable, as far as is cheap. */
  mark(): Promise<HashMark | undefined>;
  /** Ends the file and gives its SHA-256. Nothing is written after it. */
  finish(): Promise<Bytes>;
  /** Ends writing, keeps what is there. */
  close(): Promise<void>;
}

/** Where the files of one transfer go. */
export interface Target {
  /** Opens a file at the mark, or at its beginning if there is none or it cannot be continued. */
  open(file: number, from: HashMark | undefined): Promise<Sink>;
  /** The file is complete, and its SHA-256 is right. */
  verified(file: number): Promise<void>;
  /** All files are complete. */
  finish(): Promise<void>;
  /** Removes what is incomplete. */
  discard(): Promise<void>;
}

/** What a receiver keeps of a transfer. */
export interface SavedTransfer {
  readonly list: string;
  /** Who sends it. */
  readonly peerKey: string;
  readonly files: readonly OfferedFile[];
  /** Files before this one are complete. */
  readonly file: number;
  /** Where the file goes on. */
  readonly mark?: HashMark | undefined;
}

export interface TransferStore {
  load(list: string): Promise<SavedTransfer | undefined>;
  save(transfer: SavedTransfer): Promise<void>;
  remove(list: string): Promise<void>;
}
