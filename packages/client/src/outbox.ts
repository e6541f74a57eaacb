import { type Data, numberFrom } from "./data.ts";
import { type Fault, ownFault } from "./fault.ts";
import type { Link } from "./link.ts";

/** What may wait for the connection. */
const MESSAGES = 100;
const BYTES = 256 * 1024;

export interface ParcelOptions {
  readonly bytes?: Uint8Array | undefined;
  /** Send it again after a cut, although it may have arrived. */
  readonly repeatable?: boolean | undefined;
  /** It is done not when the server has taken it but when finish() is called. */
  readonly held?: boolean | undefined;
  /** Called when its end is known, before the outcome tells. */
  readonly over?: (() => void) | undefined;
}

/** Who is to be told how it ended. */
export interface Settle {
  resolve(result: Data): void;
  reject(fault: Fault): void;
}

/** Something to be sent, until its end is known. */
export interface Parcel {
  readonly settle: Settle;
  readonly body: string;
  readonly size: number;
  readonly options: ParcelOptions;
  flying: boolean;
}

const encoder = new TextEncoder();

/** Everything sent and not yet confirmed, in the order of sending: each ends as delivered, refused or unknown. */
export class Outbox {
  readonly #parcels = new Set<Parcel>();
  #link: Link | undefined;
  #messages = 0;
  #bytes = 0;
  #largest = 0;
  #closed: Fault | undefined;
  #waiters: (() => void)[] = [];

  send(body: string, options: ParcelOptions, settle: Settle): Parcel {
    const size = encoder.encode(body).length + (options.bytes?.length ?? 0);
    const parcel = { settle, body, size, options, flying: false };
    const refusal = this.#refusal(size);
    if (refusal) {
      options.over?.();
      parcel.settle.reject(refusal);
      return parcel;
    }
    this.#parcels.add(parcel);
    if (this.#link) this.#fly(parcel, this.#link);
    else this.#keep(parcel);
    return parcel;
  }

  #refusal(size: number): Fault | undefined {
    if (this.#closed) return this.#closed;
    // 32 bytes for the reference. Sent anyway, it would end the connection.
    if (this.#largest > 0 && size + 32 > this.#largest) return ownFault("too-large", `It has ${size} bytes.`);
    if (!this.#link && (this.#messages >= MESSAGES || this.#bytes + size > BYTES)) return ownFault("outbox-full");
    return undefined;
  }

  /** Logged in: what waited goes out. */
  up(link: Link, limits: Data): void {
    this.#link = link;
    this.#closed = undefined;
    this.#largest = numberFrom(limits.frame) ?? 0;
    this.#messages = 0;
    this.#bytes = 0;
    for (const parcel of this.#parcels) if (!parcel.flying) this.#fly(parcel, link);
  }

  /** Cut: what was under way is kept if it may be repeated, else its outcome is unknown. */
  down(): { readonly unknown: number; readonly repeated: number } {
    this.#link = undefined;
    const count = { unknown: 0, repeated: 0 };
    for (const parcel of this.#parcels) {
      if (!parcel.flying) continue;
      const room = this.#messages < MESSAGES && this.#bytes + parcel.size <= BYTES;
      if (parcel.options.repeatable && room) {
        parcel.flying = false;
        this.#keep(parcel);
        count.repeated++;
      } else {
        this.fail(parcel, ownFault("unknown"));
        count.unknown++;
      }
    }
    return count;
  }

  /** Nothing will be sent any more: what is left is refused for this reason. */
  close(fault: Fault): void {
    this.down();
    this.#closed = fault;
    for (const parcel of this.#parcels) this.fail(parcel, fault);
    this.#messages = 0;
    this.#bytes = 0;
  }

  /** After close(), sends may wait again. */
  reopen(): void {
    this.#closed = undefined;
  }

  finish(parcel: Parcel, result: Data): void {
    if (this.#drop(parcel)) parcel.settle.resolve(result);
  }

  fail(parcel: Parcel, fault: Fault): void {
    if (this.#drop(parcel)) parcel.settle.reject(fault);
  }

  /** Resolves when nothing is under way or waiting. */
  idle(): Promise<void> {
    return this.#parcels.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiters.push(resolve));
  }

  #keep(parcel: Parcel): void {
    this.#messages++;
    this.#bytes += parcel.size;
  }

  #fly(parcel: Parcel, link: Link): void {
    parcel.flying = true;
    link.request(parcel.body, parcel.options.bytes, {
      resolve: (result) => parcel.options.held || this.finish(parcel, result),
      // After a cut, down() decides.
      reject: (fault, cut) => cut || this.fail(parcel, fault),
    });
  }

  #drop(parcel: Parcel): boolean {
    if (!this.#parcels.delete(parcel)) return false;
    if (!parcel.flying && !this.#link && !this.#closed) {
      this.#messages--;
      this.#bytes -= parcel.size;
    }
    parcel.options.over?.();
    if (this.#parcels.size === 0) for (const waiter of this.#waiters.splice(0)) waiter();
    return true;
  }
}
