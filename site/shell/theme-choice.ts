export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Key in localStorage; /source names it. */
export const THEME_KEY = "achex.theme";

/** The reader's choice; `auto` follows the system and is the default. */
export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(THEME_KEY);
    return themes.find((theme) => theme === stored) ?? "auto";
  } catch {
    // Storage may be blocked; then the system's preference applies.
    return "auto";
  }
}

export function storeTheme(theme: Theme): void {
  try {
    if (theme === "auto") localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Storage may be blocked; then the choice lasts until the page is closed.
  }
}
