import { COLORS, colorOf } from "../../shared/room/colors.ts";

export const GROUND = "#0b1020";
export const EDGE = "#060914";
export const LIT = "#18224a";
export const LINES = "#2f3a66";
export const CHALK = "#f4f6ff";
export const QUIET = "#8d99c4";
export const FONT = '"Chakra Petch", system-ui, sans-serif';

/** Ends of a paddle, which tell players apart without colour. */
export type Cap = "round" | "square" | "pointed" | "notched";
const CAPS: readonly Cap[] = ["round", "square", "pointed", "notched"];

export interface Livery {
  readonly color: string;
  readonly cap: Cap;
}

/** The first colours of the rooms, brighter: they are light here, not paint. */
const BRIGHT: Readonly<Record<string, string>> = {
  blue: "#648fff",
  orange: "#ffb000",
  magenta: "#f0468f",
  green: "#3ddc97",
};

export const COMPUTER: Livery = { color: "#c3cbe6", cap: "notched" };

/** Mixed with white: the colours of the rooms are dark enough for a white page. */
function brightened(hex: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `#${channels
    .map((value) =>
      Math.round(value + (255 - value) * 0.32)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** The livery of a player with that colour in the room. */
export function liveryOf(color: number): Livery {
  const { name, hex } = colorOf(color);
  return { color: BRIGHT[name] ?? brightened(hex), cap: CAPS[color % CAPS.length] ?? "round" };
}

export const LIVERIES: readonly Livery[] = COLORS.map((_, index) => liveryOf(index));
