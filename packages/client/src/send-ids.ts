import type { Data } from "./json.ts";

/** Which channels the client knows to be kept, and ids for sends (PROTOCOL.md R146). */
export class SendIds {
  readonly #kept = new Set<string>();
  /** Not from crypto.randomUUID(), which pages without encryption lack. */
  readonly #prefix = [Date.now(), Math.random() * 2 ** 53, Math.random() * 2 ** 53]
    .map((part) => Math.floor(part).toString(36))
    .join("");
  #count = 0;

  /** One that no other client chooses. */
  next(): string {
    return `${this.#prefix}-${(++this.#count).toString(36)}`;
  }

  keyOf(address: Data): string {
    return JSON.stringify(address);
  }

  knowsAsKept(key: string): boolean {
    return this.#kept.has(key);
  }

  learn(key: string, isKept: boolean): void {
    if (isKept) this.#kept.add(key);
    else this.#kept.delete(key);
  }
}
