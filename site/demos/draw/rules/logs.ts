import { canonical, link, ROOT } from "./chain.ts";
import { MAX_LOG_BYTES, MAX_OPERATIONS, type Operation, offence } from "./operation.ts";

/** Consecutive operations of one author, from number `from` on; `before` is the hash of what precedes them. */
export interface Batch {
  readonly author: string;
  readonly from: number;
  readonly before: string;
  readonly operations: readonly Operation[];
}

export interface Accepted {
  readonly author: string;
  readonly number: number;
  readonly operation: Operation;
}

export type Outcome =
  | { readonly kind: "accepted"; readonly operations: readonly Accepted[] }
  /** Nothing of it is new. */
  | { readonly kind: "known" }
  /** Earlier operations are missing; what vouches for them has been noted. */
  | { readonly kind: "gap" }
  /** Nobody whose word counts has vouched for these operations. */
  | { readonly kind: "unproven" }
  /** The author says that this log is another one than ours. */
  | { readonly kind: "fork" }
  | { readonly kind: "rejected"; readonly reason: string };

interface Log {
  readonly operations: Operation[];
  /** Hash of the log up to each operation. */
  readonly hashes: string[];
  /** Bytes of each operation as JSON. */
  readonly sizes: number[];
  bytes: number;
}

export interface Head {
  readonly author: string;
  readonly count: number;
  readonly hash: string;
}

/** Vouched hashes per author that wait for the operations before them, at most. */
const MAX_ANCHORS = 512;
/** Bytes of the largest operation: one that edits 300 objects. */
const MAX_OPERATION = 64 * 1024;
export const MAX_AUTHORS = 1_000;

/** The logs of all authors. Knows what follows what, and whose word counts; not what operations do. */
export class Logs {
  readonly #logs = new Map<string, Log>();
  /** Hashes by number that an author, or the host for an author who is absent, has vouched for. */
  readonly #anchors = new Map<string, Map<number, string>>();

  count(author: string): number {
    return this.#logs.get(author)?.operations.length ?? 0;
  }

  at(author: string, number: number): Operation | undefined {
    return this.#logs.get(author)?.operations[number - 1];
  }

  hashAt(author: string, number: number): string | undefined {
    return number === 0 ? ROOT : this.#logs.get(author)?.hashes[number - 1];
  }

  heads(): Head[] {
    return [...this.#logs].map(([author, { operations, hashes }]) => ({
      author,
      count: operations.length,
      hash: hashes.at(-1) ?? ROOT,
    }));
  }

  /** Hashes of a log at steps of at most so many bytes, and at its end: what a peer needs to fetch it in parts and check each. */
  marks(author: string, bytes: number): Head[] {
    const log = this.#logs.get(author);
    const marks: Head[] = [];
    let since = 0;
    for (const [at, size] of log?.sizes.entries() ?? []) {
      since += size;
      const isEnd = at + 1 === log?.sizes.length;
      if (since + MAX_OPERATION <= bytes && !isEnd) continue;
      marks.push({ author, count: at + 1, hash: log?.hashes[at] ?? ROOT });
      since = 0;
    }
    return marks;
  }

  /** The next number after `count` that somebody has vouched for. */
  nextVouched(author: string, count: number): number | undefined {
    const later = [...(this.#anchors.get(author)?.keys() ?? [])].filter((one) => one > count);
    return later.length > 0 ? Math.min(...later) : undefined;
  }

  /** Operations `from` to `to`, or as many of them as are here. */
  batch(author: string, from: number, to: number): Batch | undefined {
    const before = this.hashAt(author, from - 1);
    if (before === undefined) return undefined;
    const operations = this.#logs.get(author)?.operations.slice(from - 1, to) ?? [];
    return operations.length > 0 ? { author, from, before, operations } : undefined;
  }

  /** Notes that the log has this hash at this number, on the word of its author or of the host. */
  vouch({ author, count, hash }: Head): "agrees" | "waits" | "differs" {
    const known = this.hashAt(author, count);
    if (known !== undefined) return known === hash ? "agrees" : "differs";
    const anchors = this.#anchors.get(author) ?? new Map<number, string>();
    if (!this.#anchors.has(author) && this.#anchors.size >= MAX_AUTHORS) return "waits";
    this.#anchors.set(author, anchors);
    anchors.set(count, hash);
    const oldest = anchors.size > MAX_ANCHORS ? anchors.keys().next().value : undefined;
    if (oldest !== undefined) anchors.delete(oldest);
    return "waits";
  }

  /** Forgets a log, to fetch it again. */
  drop(author: string): void {
    this.#logs.delete(author);
    this.#anchors.delete(author);
  }

  /** Takes a batch; `authentic` if it comes from the author's own session. */
  receive({ author, from, before, operations }: Batch, authentic: boolean): Outcome {
    const have = this.count(author);
    if (!this.#logs.has(author) && this.#logs.size >= MAX_AUTHORS)
      return { kind: "rejected", reason: "more authors than a drawing can have" };
    if (from > have + 1) {
      if (authentic) this.vouch({ author, count: from - 1, hash: before });
      return { kind: "gap" };
    }
    if (this.hashAt(author, from - 1) !== before) return { kind: authentic ? "fork" : "unproven" };
    const fresh = operations.slice(have + 1 - from);
    if (fresh.length === 0) return { kind: "known" };
    return this.#extend(author, fresh, authentic);
  }

  #extend(author: string, fresh: readonly Operation[], authentic: boolean): Outcome {
    const log = this.#logs.get(author) ?? { operations: [], hashes: [], sizes: [], bytes: 0 };
    const have = log.operations.length;
    const hashes: string[] = [];
    const sizes: number[] = [];
    let bytes = log.bytes;
    let last = log.operations.at(-1);
    let hash = log.hashes.at(-1) ?? ROOT;
    for (const [at, one] of fresh.entries()) {
      const text = canonical(one);
      bytes += text.length;
      sizes.push(text.length);
      if (text.length > MAX_OPERATION) return { kind: "rejected", reason: "an operation that is too large" };
      const reason = offence(one, author, have + at + 1, last);
      if (reason !== undefined) return { kind: "rejected", reason };
      if (bytes > MAX_LOG_BYTES || have + at + 1 > MAX_OPERATIONS)
        return { kind: "rejected", reason: "more than one player may draw" };
      hash = link(hash, text);
      hashes.push(hash);
      last = one;
    }
    const proven = authentic ? fresh.length : this.#proven(author, have, hashes);
    if (proven === 0) return { kind: "unproven" };
    const kept = fresh.slice(0, proven);
    log.operations.push(...kept);
    log.hashes.push(...hashes.slice(0, proven));
    log.sizes.push(...sizes.slice(0, proven));
    log.bytes += sizes.slice(0, proven).reduce((sum, size) => sum + size, 0);
    this.#logs.set(author, log);
    return {
      kind: "accepted",
      operations: kept.map((operation, at) => ({ author, number: have + at + 1, operation })),
    };
  }

  /** How many of the next operations somebody has vouched for. */
  #proven(author: string, have: number, hashes: readonly string[]): number {
    const anchors = this.#anchors.get(author);
    for (let count = hashes.length; count > 0; count--) {
      if (anchors?.get(have + count) === hashes[count - 1]) return count;
    }
    return 0;
  }
}
