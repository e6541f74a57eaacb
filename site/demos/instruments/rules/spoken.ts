import { type ReadonlySignal, signal } from "@preact/signals";
import type { ListedAlarm } from "./alarm-book.ts";

const NAMES = { 1: "Critical", 2: "Warning", 3: "Notice" } as const;
/** Alarms that are read out one by one; more at once are counted. */
const MOST = 3;

/** What a screen reader says about new alarms: critical ones at once, the others when it has finished. */
export class Spoken {
  readonly critical: ReadonlySignal<string>;
  readonly other: ReadonlySignal<string>;
  readonly #critical = signal("");
  readonly #other = signal("");

  constructor() {
    this.critical = this.#critical;
    this.other = this.#other;
  }

  say(alarms: readonly ListedAlarm[], titleOf: (id: string) => string): void {
    const text = (some: readonly ListedAlarm[]) =>
      some.length > MOST
        ? `${some.length} new alarms.`
        : some.map(({ id, priority, text: what }) => `${NAMES[priority]}: ${titleOf(id)}. ${what}.`).join(" ");
    const critical = alarms.filter(({ priority }) => priority === 1);
    const other = alarms.filter(({ priority }) => priority !== 1);
    if (critical.length > 0) this.#critical.value = text(critical);
    if (other.length > 0) this.#other.value = text(other);
  }
}
