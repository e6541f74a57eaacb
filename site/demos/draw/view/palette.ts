/** Which paper is on the screen: it follows the theme of the page. Exports are always by day. */
export type Light = "day" | "night";

interface Tone {
  readonly name: string;
  readonly day: string;
  readonly night: string;
}

/** The pens, by the number that a drawing stores. Their places in the tray never change. */
export const PENS: readonly Tone[] = [
  { name: "ink", day: "#1f2933", night: "#f3eee3" },
  { name: "red", day: "#d6342c", night: "#ff7b6b" },
  { name: "orange", day: "#e8751a", night: "#ffa14d" },
  { name: "yellow", day: "#e0a800", night: "#ffd84d" },
  { name: "green", day: "#2f8f3e", night: "#6fcf7a" },
  { name: "teal", day: "#0f8b8d", night: "#4fd0c9" },
  { name: "blue", day: "#2a62d0", night: "#7aa5ff" },
  { name: "violet", day: "#7a3fc0", night: "#b993ff" },
  { name: "pink", day: "#d23c8c", night: "#ff8ac4" },
  { name: "brown", day: "#8a5a33", night: "#c99a6c" },
  { name: "grey", day: "#85898c", night: "#9aa3ab" },
  { name: "paper", day: "#fbf7ef", night: "#20252b" },
];

export const NOTES: readonly Tone[] = [
  { name: "yellow", day: "#ffe98a", night: "#5c5220" },
  { name: "pink", day: "#ffc9d6", night: "#5e3341" },
  { name: "green", day: "#c9edc0", night: "#2f5236" },
  { name: "blue", day: "#c4e1f7", night: "#294a63" },
  { name: "violet", day: "#dfd0f7", night: "#44376a" },
];

export const PAPER: Readonly<Record<Light, string>> = { day: "#fbf7ef", night: "#20252b" };
export const DOTS: Readonly<Record<Light, string>> = { day: "#e3dccd", night: "#343b43" };
export const ACCENT: Readonly<Record<Light, string>> = { day: "#e4572e", night: "#ff8a66" };
export const DOT_STEP = 24;

export const penColor = (index: number, light: Light): string => (PENS[index] ?? PENS[0])?.[light] ?? "#000";
export const noteColor = (index: number, light: Light): string => (NOTES[index] ?? NOTES[0])?.[light] ?? "#000";

export const FONT = '"Patrick Hand", cursive';
