import type { Connection } from "./connection.ts";
import { type Fault, ownFault } from "./fault.ts";
import { CAPACITY, fillLevel } from "./frame-log.ts";
import { byteLength } from "./frames.ts";
import type { Data } from "./json.ts";
import type { DropCounts, LifecycleListener } from "./lifecycle.ts";
import type { Session } from "./session.ts";

/** Something to send, kept until its outcome is known. */
export interface PendingSend {
  readonly body: string;
  readonly bytes?: Uint8Array | undefined;
  /** By which the server recognises a repetition (PROTOCOL.md R146). */
  readonly id?: string | undefined;
  /** The sessions in which it was sent. */
  readonly sids?: Set<number | undefined> | undefined;
  /** If the connection drops, send it again although it may have arrived. */
  readonly repeatable?: boolean | undefined;
  /** Complete when a peer has answered rather than when the server has accepted it; the caller calls settle(). */
  readonly awaitsAnswer?: boolean | undefined;
  /** No reply is requested; complete when it has been passed to the socket. */
  readonly unconfirmed?: boolean | undefined;
  /** Replaces the send before with the same key, if that still waits. */
  readonly latest?: string | undefined;
  /** Drop it if it would have to wait. */
  readonly ifConnected?: boolean | undefined;
  /** Called once, with the outcome; `{ dropped: true }` if it was replaced or dropped. `text` is the reply as received. */
  readonly done: (result: Data, fault?: Fault, text?: string) => void;
}

/** First delay before a send is repeated that the server could not store yet, ms; each further one is twice as long, up to the longest. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;
/** Such delays of one send, about 15 s together. */
const PAUSES = 8;

const sizeOf = ({ body, bytes }: PendingSend): number => byteLength(body) + (bytes?.length ?? 0);

/** Everything sent and not yet acknowledged, in the order of sending. Each ends as delivered, rejected or unknown. */
export class Outbox implements LifecycleListener {
  readonly #session: Session;
  readonly #sends = new Set<PendingSend>();
  /** Sends that wait for a connection, with their sizes. */
  readonly #waiting = new Map<PendingSend, number>();
  #waitingBytes = 0;
  /** How often the server has been too busy to store the sends that wait although there is a connection. */
  readonly #pauses = new Map<PendingSend, number>();
  #cancelPause: (() => void) | undefined;
  #readings = 0;
  readonly #idle: (() => void)[] = [];

  constructor(session: Session) {
    this.#session = session;
    session.lifecycle.add("flush", this);
  }

  send(pending: PendingSend): void {
    const { connection, reason } = this.#session;
    if (reason) pending.done({}, reason);
    else if (pending.ifConnected === true && !connection?.isIdle) pending.done({ dropped: true });
    else if (!connection) this.#hold(pending);
    else if (this.pressure >= 1) pending.done({}, this.#full());
    // Otherwise it would be stored before those that the server is asked to store again.
    else if (this.#cancelPause && pending.sids) this.#hold(pending);
    else {
      this.#sends.add(pending);
      this.#transmit(pending, connection);
    }
  }

  /** How full it is: 0 if nothing waits, 1 if the next send is rejected with `outbox-full`. */
  get pressure(): number {
    const waiting = fillLevel(this.#waiting.size, this.#waitingBytes);
    return Math.min(1, Math.max(this.#session.connection?.level ?? 0, waiting));
  }

  /** Whether a send with this text was sent in that session and has no result yet. */
  hasSent(body: string, sid: number): boolean {
    for (const pending of this.#sends) if (pending.body === body && pending.sids?.has(sid)) return true;
    return false;
  }

  /** Settles a send. Does nothing if it is already settled. */
  settle(pending: PendingSend, result: Data, fault?: Fault, text?: string): void {
    if (!this.#sends.delete(pending)) return;
    this.#waitingBytes -= this.#waiting.get(pending) ?? 0;
    this.#waiting.delete(pending);
    this.#pauses.delete(pending);
    pending.done(result, fault, text);
    this.#checkIdle();
  }

  /** Adds a send whose source, a Blob, must be read first. Until then the outbox is not idle. */
  reading<T>(source: Promise<T>): Promise<T> {
    this.#readings++;
    return source.finally(() => {
      this.#readings--;
      // After those who wait for the source have sent it.
      queueMicrotask(() => queueMicrotask(() => this.#checkIdle()));
    });
  }

  /** Resolves when nothing is waiting or unacknowledged. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#checkIdle();
    });
  }

  #checkIdle(): void {
    if (this.#sends.size === 0 && this.#readings === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  ready(connection: Connection): void {
    this.#flush(connection, this.#sends);
  }

  /** Sends that may be repeated wait again; the outcome of all others is unknown. */
  dropped(counts: DropCounts): void {
    for (const pending of this.#sends) {
      if (this.#waiting.has(pending)) continue;
      if (pending.repeatable && this.#wait(pending)) counts.repeated++;
      else {
        this.settle(pending, {}, ownFault("unknown"));
        counts.unknown++;
      }
    }
  }

  closed(fault: Fault): void {
    this.#endPause();
    for (const pending of this.#sends)
      this.settle(pending, {}, this.#waiting.has(pending) ? fault : ownFault("unknown"));
  }

  /** Keeps it until there is a connection. */
  #hold(pending: PendingSend): void {
    const { latest } = pending;
    if (latest !== undefined)
      for (const one of this.#waiting.keys()) if (one.latest === latest) this.settle(one, { dropped: true });
    if (this.#wait(pending)) this.#sends.add(pending);
    else pending.done({}, this.#full());
  }

  /** false if the outbox is full. */
  #wait(pending: PendingSend): boolean {
    const size = sizeOf(pending);
    if (fillLevel(this.#waiting.size, this.#waitingBytes) >= 1) return false;
    this.#waiting.set(pending, size);
    this.#waitingBytes += size;
    return true;
  }

  #flush(connection: Connection, sends: Iterable<PendingSend>): void {
    const all = [...sends];
    this.#endPause();
    this.#waiting.clear();
    this.#waitingBytes = 0;
    for (const pending of all) this.#transmit(pending, connection);
  }

  /** Keeps a send that the server could not store yet, and repeats it after a while. false if it has waited long enough. */
  #postpone(pending: PendingSend): boolean {
    const pauses = this.#pauses.get(pending) ?? 0;
    if (pauses >= PAUSES || !this.#wait(pending)) return false;
    this.#pauses.set(pending, pauses + 1);
    // Random, so that clients that were rejected together do not repeat together.
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** pauses) * (0.5 + Math.random() / 2);
    this.#cancelPause ??= this.#session.clock.after(pause, () => {
      const { connection } = this.#session;
      if (connection) this.#flush(connection, this.#waiting.keys());
    });
    return true;
  }

  #endPause(): void {
    this.#cancelPause?.();
    this.#cancelPause = undefined;
  }

  #full(): Fault {
    const { frames, bytes } = CAPACITY;
    return ownFault("outbox-full", `${frames} messages or ${bytes} bytes are already waiting.`);
  }

  #transmit(pending: PendingSend, connection: Connection): void {
    const { latest: key, id } = pending;
    const body = id === undefined ? pending.body : `{"$id":${JSON.stringify(id)},${pending.body.slice(1)}`;
    pending.sids?.add(this.#session.identity.sid);
    const replaceable =
      key === undefined ? undefined : { key, replaced: () => this.settle(pending, { dropped: true }) };
    if (pending.unconfirmed) {
      // A frame held back by the rate limit counts as waiting, so that drain() does not resolve before it is sent.
      const sent = (dropped: boolean) => {
        if (!dropped) this.settle(pending, {});
        // It was passed to a socket before, on which it was lost.
        else if (!this.#sends.has(pending)) return;
        else if (!this.#wait(pending)) this.settle(pending, {}, this.#full());
      };
      connection.request(body, undefined, pending.bytes, sent, replaceable);
      return;
    }
    connection.request(
      body,
      (result, fault, dropped, text) => {
        // Frames held back by the rate limit were never sent, so they can be sent again. dropped() decides about the others.
        if (dropped === "unsent") {
          if (!this.#wait(pending)) this.settle(pending, {}, this.#full());
        } else if (pending.sids && fault?.code === "keep-busy" && fault.retry && this.#postpone(pending)) return;
        else if (!dropped && (fault || !pending.awaitsAnswer)) this.settle(pending, result, fault, text);
      },
      pending.bytes,
      undefined,
      replaceable,
    );
  }
}
