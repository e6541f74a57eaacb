const PREFIX = "achex.games.";

/** What the player has chosen for all games of this browser; undefined if nothing, or if storage is blocked. */
export function readPreference(key: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function storePreference(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Blocked: the choice lasts until the page is closed.
  }
}
