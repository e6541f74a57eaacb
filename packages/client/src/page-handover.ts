import type { Clock } from "./clock.ts";
import type { Handover } from "./connection.ts";
import { type Data, numberFrom, parseObject, textFrom } from "./json.ts";

/** How long a page may take to reload, ms (PROTOCOL.md R79). */
const WINDOW = 15_000;

/** What a page leaves for the one that replaces it. */
export interface LeftBehind extends Handover {
  /** Name that its session is logged in as. */
  readonly name: string;
  /** When the page went away, ms since 1970. */
  readonly at: number;
}

interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

interface PageEvents {
  addEventListener?(
    type: string,
    listener: (event: { readonly persisted?: boolean }) => void,
    options: { signal: AbortSignal },
  ): void;
}

/** Globals of pages. Reading the storage throws where a browser forbids it. */
const page: PageEvents & { readonly sessionStorage?: Storage } = globalThis;

/**
 * Hands a session over from a page to the one that replaces it when it is reloaded. The token is in the tab's storage only while no
 * page is loaded: a duplicated tab gets a copy of the storage, and must not take the session of the first one.
 */
export class PageHandover {
  readonly #clock: Clock;
  readonly #url: string;
  /** Key of what this page has left. */
  #key = "";

  constructor(clock: Clock, url: string) {
    this.#clock = clock;
    this.#url = url;
  }

  /** What the page before has left, if it was logged in under the same name and not too long ago. */
  take(name: string | undefined): LeftBehind | undefined {
    const left = this.#take(this.#keyOf(name));
    const token = textFrom(left.token);
    const [generation = 0, received = 0, refs = 0, at = 0] = ["generation", "received", "refs", "at"].map((key) =>
      numberFrom(left[key]),
    );
    if (!token || name === undefined || this.#clock.now() - at > WINDOW) return undefined;
    return { token, generation, received, refs, name, at };
  }

  /**
   * Calls `leave` when the page goes away; what that returns is left for the next one. Calls `back` if the page returns after all,
   * from the browser's cache. Returns an unsubscribe function.
   */
  watch(leave: () => LeftBehind | undefined, back: () => void): () => void {
    const end = new AbortController();
    page.addEventListener?.("pagehide", () => this.#put(leave()), end);
    page.addEventListener?.(
      "pageshow",
      ({ persisted }) => {
        if (!persisted) return;
        this.#take(this.#key);
        back();
      },
      end,
    );
    return () => end.abort();
  }

  #put(left: LeftBehind | undefined): void {
    try {
      if (!left) return;
      this.#key = this.#keyOf(left.name);
      page.sessionStorage?.setItem(this.#key, JSON.stringify(left));
    } catch {
      // No storage, or it is full: the next page begins a new session.
    }
  }

  /** A page may have several clients. */
  #keyOf(name = ""): string {
    return `achex ${this.#url} ${name}`;
  }

  #take(key: string): Data {
    try {
      const text = page.sessionStorage?.getItem(key) ?? "";
      page.sessionStorage?.removeItem(key);
      return parseObject(text) ?? {};
    } catch {
      return {};
    }
  }
}
