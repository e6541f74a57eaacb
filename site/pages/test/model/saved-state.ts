import { isJsonObject } from "@achex/protocol";
import { masked } from "./password-mask.ts";
import { compactSetup, type Setup, setupFrom } from "./setup.ts";
import { MAX_CLIENTS } from "./share.ts";

/** Key in localStorage, and in sessionStorage for the state of this tab. The page shows it to the user. */
export const STORAGE_KEY = "achex.test";

export interface SavedState {
  readonly setups: readonly Setup[];
  readonly layout: "tabs" | "side";
  readonly active: number;
  /** Frames sent from the composer, newest first, passwords masked. */
  readonly history: readonly string[];
}

/** The part of the Storage interface that is used here. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const MAX_HISTORY = 50;
/** Longer frames are not stored: localStorage holds a few megabytes in all. UTF-16 units. */
const MAX_UNITS = 10_000;

/** Adds a frame to the history: newest first, without duplicates. */
export function addToHistory(history: readonly string[], text: string): readonly string[] {
  if (text.length > MAX_UNITS || text.trim() === "") return history;
  const safe = masked(text);
  return [safe, ...history.filter((one) => one !== safe)].slice(0, MAX_HISTORY);
}

/** Loads the stored state; undefined if there is none or it is unreadable. */
export function load(store: KeyValueStore, server: string): SavedState | undefined {
  try {
    const value: unknown = JSON.parse(store.getItem(STORAGE_KEY) ?? "null");
    if (!isJsonObject(value) || !Array.isArray(value.setups)) return undefined;
    const setups = value.setups.slice(0, MAX_CLIENTS).flatMap((one: unknown) => setupFrom(one, server) ?? []);
    if (setups.length === 0) return undefined;
    const active = typeof value.active === "number" && value.active in setups ? value.active : 0;
    const history = Array.isArray(value.history) ? value.history.filter((one) => typeof one === "string") : [];
    return {
      setups,
      active,
      layout: value.layout === "side" ? "side" : "tabs",
      history: history.slice(0, MAX_HISTORY),
    };
  } catch {
    return undefined;
  }
}

/** Saves the state if the browser allows it: private windows and full stores do not. */
export function save(store: KeyValueStore, state: SavedState, server: string): void {
  try {
    store.setItem(
      STORAGE_KEY,
      JSON.stringify({ ...state, setups: state.setups.map((setup) => compactSetup(setup, server)) }),
    );
  } catch {
    // The page works without it, but the next visit starts with the defaults.
  }
}

/** Used where storage is blocked: accessing it then throws. */
const noStore: KeyValueStore = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

export function storeOrNone(get: () => KeyValueStore): KeyValueStore {
  try {
    return get();
  } catch {
    return noStore;
  }
}

export interface Stores {
  /** localStorage: shared by all tabs, permanent. */
  readonly local: KeyValueStore;
  /** sessionStorage: this tab only, until it is closed. */
  readonly tab: KeyValueStore;
}

/** Loads the state of this tab, or in a new tab the most recent state of any tab. All tabs share the history. */
export function loadState({ local, tab }: Stores, server: string): SavedState | undefined {
  const shared = load(local, server);
  const ofTab = load(tab, server);
  return ofTab ? { ...ofTab, history: shared?.history ?? [] } : shared;
}

export function saveState({ local, tab }: Stores, state: SavedState, server: string): void {
  save(local, state, server);
  save(tab, { ...state, history: [] }, server);
}
