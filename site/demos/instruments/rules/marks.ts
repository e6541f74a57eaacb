/** What is wrong with an instrument that its values do not show. */
export type MarkCode =
  | "off-scale"
  | "not-a-number"
  | "unit"
  | "flood"
  | "rivals"
  | "impostor"
  | "description"
  | "clock"
  | "changed";

/** How long a mark stays after the last time, ms: long enough to be read. */
const HOLD = 10_000;

export interface Mark {
  readonly code: MarkCode;
  readonly text: string;
}

/** The marks of one instrument; at most one of each kind, so that nobody can fill the page with them. */
export class Marks {
  readonly #marks = new Map<MarkCode, { readonly text: string; until: number }>();

  /** Returns whether something new shows. */
  set(code: MarkCode, now: number, text: string): boolean {
    const known = this.#marks.get(code);
    if (known) {
      // The first text stays: values that change with each reading would make it unreadable.
      known.until = now + HOLD;
      return false;
    }
    this.#marks.set(code, { text, until: now + HOLD });
    return true;
  }

  /** Removes old ones. Returns whether some were. */
  expire(now: number): boolean {
    let isChanged = false;
    for (const [code, { until }] of this.#marks) if (until <= now) isChanged = this.#marks.delete(code) || isChanged;
    return isChanged;
  }

  get list(): readonly Mark[] {
    return [...this.#marks].map(([code, { text }]) => ({ code, text }));
  }

  /** Whether the instrument itself is doubtful. What others send in its name is not its fault, and raises no alarm of its own. */
  get isDoubtful(): boolean {
    return this.#marks.size > (this.#marks.has("impostor") ? 1 : 0);
  }
}
