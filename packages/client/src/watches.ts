import { textFrom } from "./data.ts";
import type { Fault } from "./fault.ts";
import type { Part, Wire } from "./host.ts";
import type { Outcome } from "./outcome.ts";

interface Waiting {
  readonly names: readonly string[];
  readonly outcome: Outcome<readonly string[]>;
}

/** The names this client watches; watched again after each reconnection. Loaded with the first of them. */
export class Watches implements Part {
  readonly #names = new Set<string>();
  readonly #online = new Set<string>();
  #waiting: Waiting[] = [];

  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
    wire.parts.add(this);
    wire.watched = ({ $online, $offline }) => {
      this.#set(textFrom($online), true);
      this.#set(textFrom($offline), false);
    };
  }

  watch(names: readonly string[], outcome: Outcome<readonly string[]>): void {
    if (this.#wire.reason) outcome.reject(this.#wire.reason);
    else {
      for (const name of names) this.#names.add(name);
      this.#ask(names, [{ names, outcome }]);
    }
  }

  unwatch(names: readonly string[]): void {
    for (const name of names) {
      this.#names.delete(name);
      this.#online.delete(name);
    }
    this.#wire.control({ $unwatch: names });
  }

  /** Logged in again: what has changed meanwhile is told. */
  up(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (this.#names.size > 0) this.#ask([...this.#names], waiting);
  }

  stop(fault: Fault): void {
    this.#names.clear();
    this.#online.clear();
    for (const { outcome } of this.#waiting.splice(0)) outcome.reject(fault);
  }

  #ask(names: readonly string[], waiting: readonly Waiting[]): void {
    this.#wire.control({ $watch: names }, ({ online }, fault, cut) => {
      if (cut) this.#waiting.push(...waiting);
      else if (fault) {
        for (const name of names) this.#names.delete(name);
        if (waiting.length === 0) this.#wire.fault(fault);
        for (const { outcome } of waiting) outcome.reject(fault);
      } else {
        const now = new Set(Array.isArray(online) ? online : []);
        for (const name of names) this.#set(name, now.has(name));
        for (const one of waiting) one.outcome.resolve(one.names.filter((name) => this.#online.has(name)));
      }
    });
  }

  #set(name: string, online: boolean): void {
    if (!this.#names.has(name) || this.#online.has(name) === online) return;
    if (online) this.#online.add(name);
    else this.#online.delete(name);
    this.#wire.emit(online ? "online" : "offline", name);
  }
}
