import { dataFrom, textFrom } from "./data.ts";
import type { Fault } from "./fault.ts";
import type { Host } from "./host.ts";
import type { Outcome } from "./outcome.ts";

interface Waiting {
  readonly names: readonly string[];
  readonly outcome: Outcome<readonly string[]>;
}

/** The names this client watches; watched again after each reconnection. Loaded with the first of them. */
export class Watches {
  readonly #names = new Set<string>();
  readonly #online = new Set<string>();
  #waiting: Waiting[] = [];

  readonly #host: Host;
  readonly #tell: (type: "online" | "offline", name: string) => void;

  constructor(host: Host, tell: (type: "online" | "offline", name: string) => void) {
    this.#host = host;
    this.#tell = tell;
  }

  watch(names: readonly string[], outcome: Outcome<readonly string[]>): void {
    if (this.#host.reason) outcome.reject(this.#host.reason);
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
    this.#host.control(JSON.stringify({ $unwatch: names }), { resolve() {}, reject() {} });
  }

  /** Logged in again: what has changed meanwhile is told. */
  restore(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (this.#names.size > 0) this.#ask([...this.#names], waiting);
  }

  /** The server tells that a name has come or gone. */
  told(online: unknown, offline: unknown): void {
    this.#set(textFrom(online), true);
    this.#set(textFrom(offline), false);
  }

  stop(fault: Fault): void {
    this.#names.clear();
    this.#online.clear();
    for (const { outcome } of this.#waiting.splice(0)) outcome.reject(fault);
  }

  #ask(names: readonly string[], waiting: readonly Waiting[]): void {
    this.#host.control(JSON.stringify({ $watch: names }), {
      resolve: (result) => {
        const { online } = dataFrom(result);
        const now = new Set(Array.isArray(online) ? online : []);
        for (const name of names) this.#set(name, now.has(name));
        for (const one of waiting) one.outcome.resolve(one.names.filter((name) => this.#online.has(name)));
      },
      reject: (fault, cut) => {
        if (cut) {
          this.#waiting.push(...waiting);
          return;
        }
        for (const name of names) this.#names.delete(name);
        if (waiting.length === 0) this.#host.fault(fault);
        for (const { outcome } of waiting) outcome.reject(fault);
      },
    });
  }

  #set(name: string, online: boolean): void {
    if (!this.#names.has(name) || this.#online.has(name) === online) return;
    if (online) this.#online.add(name);
    else this.#online.delete(name);
    this.#tell(online ? "online" : "offline", name);
  }
}
