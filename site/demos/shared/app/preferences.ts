/** What a browser remembers for one application. */
export interface Preferences {
  /** undefined if there is nothing, or if storage is blocked. */
  readonly read: (key: string) => string | undefined;
  /** undefined forgets it. */
  readonly store: (key: string, value: string | undefined) => void;
}

/** Preferences whose keys begin with the prefix. */
export const preferencesUnder = (prefix: string): Preferences => ({
  read(key) {
    try {
      return localStorage.getItem(prefix + key) ?? undefined;
    } catch {
      return undefined;
    }
  },
  store(key, value) {
    try {
      if (value === undefined) localStorage.removeItem(prefix + key);
      else localStorage.setItem(prefix + key, value);
    } catch {
      // Blocked: the choice lasts until the page is closed.
    }
  },
});

/** What the player has chosen for all games of this browser. */
export const { read: readPreference, store: storePreference } = preferencesUnder("achex.games.");
