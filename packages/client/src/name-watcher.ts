import { type Fault, faultFromError } from "./fault.ts";
import { checkTarget } from "./frames.ts";
import { IgnorablePromise } from "./ignorable-promise.ts";
import type { ClientInternals } from "./internals.ts";
import { type Data, dataFrom, textFrom } from "./json.ts";
import type { LifecycleListener } from "./lifecycle.ts";

/** Delay before retrying if the server is busy after a reconnection, ms. */
const RETRY = 1_000;

interface PendingWatch {
  readonly names: readonly string[];
  /** Those that were not watched before; if the request is rejected, only they end. */
  readonly added: readonly string[];
  readonly promise: IgnorablePromise<readonly string[]>;
}

/** The names this client watches. They are watched again after each reconnection. */
export class NameWatcher implements LifecycleListener {
  readonly #names = new Set<string>();
  readonly #online = new Set<string>();
  /** Requests that wait for the next connection. */
  #pending: PendingWatch[] = [];
  #cancelRetry = () => {};

  readonly #internals: ClientInternals;
  readonly #emit: (type: "online" | "offline", name: string) => void;

  constructor(internals: ClientInternals, emit: (type: "online" | "offline", name: string) => void) {
    this.#internals = internals;
    this.#emit = emit;
    internals.session.lifecycle.add("restore", this);
  }

  watch(names: readonly string[]): IgnorablePromise<readonly string[]> {
    const { session, report } = this.#internals;
    const promise = IgnorablePromise.open<readonly string[]>(report);
    try {
      if (names.length > 0) checkTarget(names);
      if (session.reason) throw session.reason;
      const added = names.filter((name) => !this.#names.has(name));
      for (const name of names) this.#names.add(name);
      this.#request(names, { names, added, promise });
    } catch (error) {
      promise.reject(faultFromError(error, "bad-payload"));
    }
    return promise;
  }

  unwatch(names: readonly string[]): void {
    for (const name of names) {
      this.#names.delete(name);
      this.#online.delete(name);
    }
    this.#internals.session.control({ $unwatch: names });
  }

  /** Handles a frame from the server: a name came online or went offline, or all names that are online. */
  received({ $online, $offline, $watched }: Data): void {
    const { online } = dataFrom($watched);
    if (Array.isArray(online)) for (const name of this.#names) this.#set(name, online.includes(name));
    this.#set(textFrom($online), true);
    this.#set(textFrom($offline), false);
  }

  /** Emits the changes that happened in the meantime. */
  ready(): void {
    const pending = this.#pending;
    this.#pending = [];
    // Sent separately: if new names are rejected, those watched before must not end.
    const added = new Set(pending.flatMap((one) => one.added));
    const known = [...this.#names].filter((name) => !added.has(name));
    if (known.length > 0) this.#request(known);
    for (const one of pending) this.#request(one.names, one);
  }

  dropped(): void {
    this.#cancelRetry();
  }

  closed(fault: Fault, final: boolean): void {
    this.#cancelRetry();
    if (final) {
      this.#names.clear();
      this.#online.clear();
    }
    for (const { promise } of this.#pending.splice(0)) promise.reject(fault);
  }

  #request(names: readonly string[], pending?: PendingWatch): void {
    this.#internals.session.control({ $watch: names }, ({ online }, fault, dropped) => {
      if (dropped) {
        if (pending) this.#pending.push(pending);
      } else if (fault?.retry && !pending) {
        this.#cancelRetry = this.#internals.session.clock.after(RETRY, () => this.ready());
      } else if (fault) {
        for (const name of pending?.added ?? names) this.#names.delete(name);
        if (pending) pending.promise.reject(fault);
        else this.#internals.report(fault);
      } else {
        const now = new Set(Array.isArray(online) ? online : []);
        for (const name of names) this.#set(name, now.has(name));
        pending?.promise.resolve(names.filter((name) => this.#online.has(name)));
      }
    });
  }

  #set(name: string, online: boolean): void {
    if (!this.#names.has(name) || this.#online.has(name) === online) return;
    if (online) this.#online.add(name);
    else this.#online.delete(name);
    this.#emit(online ? "online" : "offline", name);
  }
}
