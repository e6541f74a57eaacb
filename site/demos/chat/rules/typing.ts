/** While somebody types, ms: how often this is repeated, when it stops after the last key, and when others forget it. */
export const REPEAT = 30_000;
export const STOP = 12_000;
export const EXPIRE = 45_000;
/** People who are remembered. */
const MOST = 50;

/** Who is typing, by session. */
export class Typists {
  readonly #since = new Map<number, number>();

  set(sid: number, isTyping: boolean, now: number): void {
    this.#since.delete(sid);
    if (isTyping && this.#since.size < MOST) this.#since.set(sid, now);
  }

  at(now: number): readonly number[] {
    for (const [sid, since] of this.#since) if (now - since > EXPIRE) this.#since.delete(sid);
    return [...this.#since.keys()];
  }
}

/** When to tell others. */
export class OwnTyping {
  #told: number | undefined;
  #last = 0;

  /** A key was pressed in a text that is not empty. Returns whether to tell. */
  pressed(now: number): boolean {
    this.#last = now;
    if (this.#told !== undefined && now - this.#told < REPEAT) return false;
    this.#told = now;
    return true;
  }

  /** Returns whether to tell that it is over: after a while, or at once when the text was sent or emptied. */
  ended(now: number, atOnce: boolean): boolean {
    if (this.#told === undefined || (!atOnce && now - this.#last < STOP)) return false;
    this.#told = undefined;
    return true;
  }
}

/** "Ann is typing…" */
export function typingText(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return "";
  if (names.length > 2) return `${names.length} people are typing…`;
  return second === undefined ? `${first} is typing…` : `${first} and ${second} are typing…`;
}
