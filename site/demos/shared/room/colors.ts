/** A colour of a player, with a mark of its own, so that nobody has to tell players apart by colour alone. */
export interface PlayerColor {
  readonly name: string;
  /** Readable as a shape on light and on dark ground (3 to 1). */
  readonly hex: string;
  readonly mark: string;
}

/** In the order in which they are given out; neighbours differ also for colour-blind people. */
export const COLORS: readonly PlayerColor[] = [
  { name: "blue", hex: "#4a7dff", mark: "●" },
  { name: "orange", hex: "#d9730d", mark: "▲" },
  { name: "magenta", hex: "#dc267f", mark: "■" },
  { name: "green", hex: "#12936a", mark: "◆" },
  { name: "purple", hex: "#8b5cf6", mark: "★" },
  { name: "ochre", hex: "#a88400", mark: "⬟" },
  { name: "teal", hex: "#0e9aa7", mark: "✚" },
  { name: "red", hex: "#e5484d", mark: "⬢" },
  { name: "lime", hex: "#5f9e1f", mark: "◗" },
  { name: "pink", hex: "#d667b8", mark: "♥" },
  { name: "sky", hex: "#2b93d1", mark: "▼" },
  { name: "brown", hex: "#a5704a", mark: "♣" },
  { name: "slate", hex: "#74808c", mark: "♠" },
  { name: "coral", hex: "#e8684a", mark: "◐" },
  { name: "indigo", hex: "#6a6fe0", mark: "▶" },
  { name: "moss", hex: "#7d8f2e", mark: "◀" },
];

export const colorOf = (index: number): PlayerColor => {
  const color = COLORS[index % COLORS.length] ?? COLORS[0];
  if (!color) throw new Error("there are colours");
  return color;
};

/** An index of COLORS from what a peer sent. */
export const colorFrom = (value: unknown): number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < COLORS.length ? value : 0;

/** The wanted colour if nobody has it, otherwise the first free one. */
export function freeColor(wanted: number, taken: readonly number[]): number {
  if (!taken.includes(wanted)) return wanted;
  const free = COLORS.findIndex((_, index) => !taken.includes(index));
  return free < 0 ? wanted : free;
}
