import type { Connection } from "./connection.ts";
import { type Fault, ownFault } from "./fault.ts";
import { encoder } from "./frames.ts";
import type { Data } from "./json.ts";
import type { DropCounts, LifecycleListener } from "./lifecycle.ts";
import type { Session } from "./session.ts";

/** What may wait for the connection. */
const MESSAGES = 100;
const BYTES = 256 * 1024;
/** Longest header of a binary frame, bytes (PROTOCOL.md R40). */
const HEADER = 60_000;
/** Room for the `$ref` that the connection adds, bytes. */
const REFERENCE = 32;

/** Something to be sent, until its outcome is known. */
export interface PendingSend {
  readonly body: string;
  readonly bytes?: Uint8Array | undefined;
  /** After a drop, send it again although it may have arrived. */
  readonly repeatable?: boolean | undefined;
  /** It is over when a peer has answered, not when the server has taken it: the caller calls settle(). */
  readonly awaitsAnswer?: boolean | undefined;
  /** Called once, with the outcome. */
  readonly done: (result: Data, fault?: Fault) => void;
}

/** Everything sent and not yet confirmed, in the order of sending: each ends as delivered, refused or unknown. */
export class Outbox implements LifecycleListener {
  readonly #session: Session;
  /** All of them, with the size each counts while it waits. */
  readonly #sends = new Map<PendingSend, number>();
  /** Those that no connection was given yet. */
  readonly #waiting = new Set<PendingSend>();
  readonly #idle: (() => void)[] = [];

  constructor(session: Session) {
    this.#session = session;
    session.lifecycle.add("flush", this);
  }

  send(pending: PendingSend): void {
    const { connection, reason } = this.#session;
    const head = encoder.encode(pending.body).length + REFERENCE;
    const size = head + (pending.bytes?.length ?? 0);
    // The server closes the connection on a frame that is too large, and would read the end of a long header as bytes.
    const large = size > (this.#session.limit("frame") || size) || (pending.bytes && head > HEADER);
    if (reason || large) pending.done({}, reason ?? ownFault("too-large"));
    else if (!connection && !this.#fits(size)) pending.done({}, ownFault("outbox-full"));
    else {
      this.#sends.set(pending, size);
      if (connection) this.#transmit(pending, connection);
      else this.#waiting.add(pending);
    }
  }

  /** The outcome is known; nothing happens if it was known before. */
  settle(pending: PendingSend, result: Data, fault?: Fault): void {
    if (!this.#sends.delete(pending)) return;
    this.#waiting.delete(pending);
    pending.done(result, fault);
    if (this.#sends.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves when nothing waits or is unconfirmed. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#sends.size === 0) resolve();
      else this.#idle.push(resolve);
    });
  }

  ready(connection: Connection): void {
    this.#waiting.clear();
    for (const pending of this.#sends.keys()) this.#transmit(pending, connection);
  }

  /** What was sent waits again if it may be repeated, else its outcome is unknown. */
  dropped(counts: DropCounts): void {
    for (const [pending, size] of this.#sends) {
      if (pending.repeatable && this.#fits(size)) {
        this.#waiting.add(pending);
        counts.repeated++;
      } else {
        this.settle(pending, {}, ownFault("unknown"));
        counts.unknown++;
      }
    }
  }

  closed(fault: Fault): void {
    for (const pending of this.#sends.keys())
      this.settle(pending, {}, this.#waiting.has(pending) ? fault : ownFault("unknown"));
  }

  #fits(size: number): boolean {
    let bytes = size;
    for (const pending of this.#waiting) bytes += this.#sends.get(pending) ?? 0;
    return this.#waiting.size < MESSAGES && bytes <= BYTES;
  }

  #transmit(pending: PendingSend, connection: Connection): void {
    const reply = (result: Data, fault?: Fault, dropped?: boolean) => {
      // After a drop, dropped() decides.
      if (!dropped && (fault || !pending.awaitsAnswer)) this.settle(pending, result, fault);
    };
    connection.request(pending.body, reply, pending.bytes);
  }
}
