import { encoder } from "./binary.ts";
import type { Data } from "./data.ts";
import { type Fault, ownFault } from "./fault.ts";
import type { Counts, Part, Wire } from "./host.ts";
import type { Link } from "./link.ts";

/** What may wait for the connection. */
const MESSAGES = 100;
const BYTES = 256 * 1024;
/** Longest header of a binary frame (PROTOCOL.md R40). */
const HEADER = 60_000;
/** Room for the reference that each connection adds, bytes. */
const REFERENCE = 32;

/** Something to be sent, until its end is known. */
export interface Parcel {
  readonly body: string;
  readonly bytes?: Uint8Array | undefined;
  /** Send it again after a cut, although it may have arrived. */
  readonly repeatable?: boolean | undefined;
  /** Its end is not that the server has taken it: something else calls settle(). */
  readonly held?: boolean | undefined;
  /** Called once, when its end is known. */
  readonly done: (result: Data, fault?: Fault) => void;
}

/** Everything sent and not yet confirmed, in the order of sending: each ends as delivered, refused or unknown. */
export class Outbox implements Part {
  readonly #wire: Wire;
  /** With what each counts while it waits. What is under way is not in `#waiting`. */
  readonly #parcels = new Map<Parcel, number>();
  readonly #waiting = new Set<Parcel>();
  readonly #idle: (() => void)[] = [];

  constructor(wire: Wire) {
    this.#wire = wire;
    wire.parts.add(this);
  }

  send(parcel: Parcel): void {
    const { link, reason } = this.#wire;
    const head = encoder.encode(parcel.body).length + REFERENCE;
    const size = head + (parcel.bytes?.length ?? 0);
    // Sent anyway, a frame too large would end the connection, and a header too long would be read as bytes.
    const large = size > (this.#wire.limit("frame") || size) || (parcel.bytes && head > HEADER);
    if (reason || large) parcel.done({}, reason ?? ownFault("too-large"));
    else if (!link && !this.#fits(size)) parcel.done({}, ownFault("outbox-full"));
    else {
      this.#parcels.set(parcel, size);
      if (link) this.#fly(parcel, link);
      else this.#waiting.add(parcel);
    }
  }

  /** It has ended; nothing happens if it had before. */
  settle(parcel: Parcel, result: Data, fault?: Fault): void {
    if (!this.#parcels.delete(parcel)) return;
    this.#waiting.delete(parcel);
    parcel.done(result, fault);
    if (this.#parcels.size === 0) for (const tell of this.#idle.splice(0)) tell();
  }

  /** Resolves when nothing is under way or waiting. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#parcels.size === 0) resolve();
      else this.#idle.push(resolve);
    });
  }

  up(link: Link): void {
    this.#waiting.clear();
    for (const parcel of this.#parcels.keys()) this.#fly(parcel, link);
  }

  /** What was under way is kept if it may be repeated, else its outcome is unknown. */
  down(counts: Counts): void {
    for (const [parcel, size] of this.#parcels) {
      if (parcel.repeatable && this.#fits(size)) {
        this.#waiting.add(parcel);
        counts.repeated++;
      } else {
        this.settle(parcel, {}, ownFault("unknown"));
        counts.unknown++;
      }
    }
  }

  stop(fault: Fault): void {
    for (const parcel of this.#parcels.keys()) {
      this.settle(parcel, {}, this.#waiting.has(parcel) ? fault : ownFault("unknown"));
    }
  }

  #fits(size: number): boolean {
    let bytes = size;
    for (const parcel of this.#waiting) bytes += this.#parcels.get(parcel) ?? 0;
    return this.#waiting.size < MESSAGES && bytes <= BYTES;
  }

  #fly(parcel: Parcel, link: Link): void {
    const reply = (result: Data, fault?: Fault, cut?: boolean) => {
      // After a cut, down() decides.
      if (!cut && (fault || !parcel.held)) this.settle(parcel, result, fault);
    };
    link.request(parcel.body, reply, parcel.bytes);
  }
}
