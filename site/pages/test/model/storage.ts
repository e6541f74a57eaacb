import { isFields } from "@achex/protocol";
import { masked } from "./secrets.ts";
import { packed, type Setup, setupFrom } from "./setup.ts";
import { MOST_CLIENTS } from "./share.ts";

/** Key in localStorage, and in sessionStorage for this tab alone; the page names it to its user. */
export const STORAGE_KEY = "achex.test";

export interface Kept {
  readonly setups: readonly Setup[];
  readonly layout: "tabs" | "side";
  readonly active: number;
  /** Frames sent from the composer, newest first, passwords masked. */
  readonly history: readonly string[];
}

/** Where things are kept: the part of localStorage that is needed. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const MOST_HISTORY = 50;
/** Longer frames are not kept: the whole shelf holds some megabytes. */
const MOST_UNITS = 10_000;

/** The history with one more frame, the newest first, each once. */
export function remembered(history: readonly string[], text: string): readonly string[] {
  if (text.length > MOST_UNITS || text.trim() === "") return history;
  const safe = masked(text);
  return [safe, ...history.filter((one) => one !== safe)].slice(0, MOST_HISTORY);
}

/** What was kept; undefined when there is nothing, or nothing that can be read. */
export function load(shelf: Shelf, server: string): Kept | undefined {
  try {
    const value: unknown = JSON.parse(shelf.getItem(STORAGE_KEY) ?? "null");
    if (!isFields(value) || !Array.isArray(value.setups)) return undefined;
    const setups = value.setups.slice(0, MOST_CLIENTS).flatMap((one: unknown) => setupFrom(one, server) ?? []);
    if (setups.length === 0) return undefined;
    const active = typeof value.active === "number" && value.active in setups ? value.active : 0;
    const history = Array.isArray(value.history) ? value.history.filter((one) => typeof one === "string") : [];
    return {
      setups,
      active,
      layout: value.layout === "side" ? "side" : "tabs",
      history: history.slice(0, MOST_HISTORY),
    };
  } catch {
    return undefined;
  }
}

/** Keeps it, if the browser lets us: private windows and full shelves do not. */
export function save(shelf: Shelf, kept: Kept, server: string): void {
  try {
    shelf.setItem(STORAGE_KEY, JSON.stringify({ ...kept, setups: kept.setups.map((setup) => packed(setup, server)) }));
  } catch {
    // The page works without it; it only starts afresh next time.
  }
}

/** Where storage is forbidden, asking for it throws. */
const nowhere: Shelf = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

export function shelfOr(get: () => Shelf): Shelf {
  try {
    return get();
  } catch {
    return nowhere;
  }
}

export interface Shelves {
  /** Shared by all tabs, and there for good. */
  readonly local: Shelf;
  /** This tab's own, until it is closed. */
  readonly tab: Shelf;
}

/** What this tab had; where it is new, what any tab had last. The history is everybody's. */
export function loadFrom({ local, tab }: Shelves, server: string): Kept | undefined {
  const shared = load(local, server);
  const own = load(tab, server);
  return own ? { ...own, history: shared?.history ?? [] } : shared;
}

export function saveTo({ local, tab }: Shelves, kept: Kept, server: string): void {
  save(local, kept, server);
  save(tab, { ...kept, history: [] }, server);
}
