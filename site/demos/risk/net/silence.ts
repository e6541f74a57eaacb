/** Pause between two pings, ms. */
const PAUSE = 5_000;
/** A page that has not answered for so long is frozen, ms. */
const SILENCE = 30_000;
/** A host that was frozen itself has to ask again before it knows. */
const LEAST = 4;

/**
 * Notices that a page no longer runs although its connection is open. Pages answer pings and do not report by a timer, because browsers slow down
 * the timers of a page in the background, whose player may only be thinking.
 */
export class Silence {
  readonly #ping: (id: string) => void;
  #id: string | undefined;
  #pings = 0;
  #firstAt = 0;
  #lastAt = 0;

  constructor(ping: (id: string) => void) {
    this.#ping = ping;
  }

  /** Pings the player who is awaited now, if it is time. Returns whether it has been silent for too long. */
  check(id: string | undefined, now: number): boolean {
    if (id !== this.#id) this.#pings = 0;
    this.#id = id;
    if (id === undefined || (this.#lastAt > 0 && now - this.#lastAt < PAUSE)) return false;
    if (this.#pings >= LEAST && now - this.#firstAt >= SILENCE) {
      this.#pings = 0;
      return true;
    }
    if (this.#pings === 0) this.#firstAt = now;
    this.#pings++;
    this.#lastAt = now;
    this.#ping(id);
    return false;
  }

  answered(id: string): void {
    if (id === this.#id) this.#pings = 0;
  }
}
