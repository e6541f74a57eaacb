import { type BannerTheme, colours } from "./variants.ts";

const variables = (theme: BannerTheme): string =>
  Object.entries(colours[theme])
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");

const CSS = `
:host { all: initial; display: inline-block; vertical-align: middle; color: inherit }
a {
  ${variables("light")};
  display: inline-flex; align-items: center; gap: 8px; box-sizing: border-box; min-height: 32px; padding: 0 12px 0 10px;
  border: 1px solid transparent; border-radius: 8px; color: var(--text);
  font: 550 13px/1 system-ui, sans-serif; text-decoration: none; white-space: nowrap
}
a.dark { ${variables("dark")} }
@media (prefers-color-scheme: dark) { a.auto { ${variables("dark")} } }
a:hover span:first-of-type { text-decoration: underline }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
svg { width: 16px; height: 16px; fill: var(--accent) }
.badge, .live { background: var(--background); border-color: var(--line) }
.block { background: var(--accent); color: var(--background) }
.block svg { fill: var(--background) }
/* Without a background of its own it is read on that of the page, whatever the visitor's system prefers. */
.word.auto { color: inherit }
.word.auto svg { fill: currentColor }
.state { display: inline-flex; align-items: center; gap: 6px; font-weight: 400; font-variant-numeric: tabular-nums }
.state::before { content: ""; width: 7px; height: 7px; border-radius: 50%; border: 1px solid var(--text) }
.state.connected::before { background: var(--accent); border-color: var(--accent) }
`;

/** Created by script, because a strict Content-Security-Policy of the embedding page forbids style elements. */
export function bannerStyleSheet(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(CSS);
  return made;
}
