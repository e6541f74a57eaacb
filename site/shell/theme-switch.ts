import { readTheme, storeTheme, type Theme, themes } from "./theme-choice.ts";

const words: Readonly<Record<Theme, string>> = { auto: "Auto", light: "Light", dark: "Dark" };

function show(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const name = document.getElementById("theme-name");
  if (name) name.textContent = words[theme];
}

/** The button cycles through system, light and dark. Other tabs follow. */
export function startThemeSwitch(): void {
  show(readTheme());
  document.getElementById("theme-switch")?.addEventListener("click", () => {
    const next = themes[(themes.indexOf(readTheme()) + 1) % themes.length] ?? "auto";
    storeTheme(next);
    show(next);
  });
  addEventListener("storage", () => show(readTheme()));
}
