/** The options of the switch; `all` highlights nothing. */
export const DIALECTS = ["all", "classic", "cloud", "achex.2"] as const;
export type Choice = (typeof DIALECTS)[number];

/** Rules that apply to only one dialect, in addition to section R. */
const OWN: Readonly<Record<string, Choice>> = {
  K1: "classic",
  K3: "classic",
  A5: "classic",
  C1: "cloud",
  C4: "cloud",
  C5: "cloud",
};

export const dialectSwitch = `<div class="dialect-bar" role="group" aria-label="Dialect to highlight"><div class="choice">${DIALECTS.map(
  (one) =>
    `<button class="button" type="button" data-choose="${one}" aria-pressed="${one === "all"}">${one === "all" ? "All" : one}</button>`,
).join("")}</div></div>`;

/** Marks the row of each rule that applies to only one dialect. */
export const markDialects = (html: string): string =>
  html.replace(/<tr id="([A-Z])(\d+[a-z]?)">/g, (row, letter: string, number: string) => {
    const dialect = letter === "R" ? "achex.2" : OWN[letter + number];
    return dialect === undefined ? row : `<tr id="${letter}${number}" data-dialect="${dialect}">`;
  });
