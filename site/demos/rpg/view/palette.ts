/** Sweetie-16 by GrafxKid; a digit in a grid is an index. */
export const PALETTE = [
  "#1a1c2c",
  "#5d275d",
  "#b13e53",
  "#ef7d57",
  "#ffcd75",
  "#a7f070",
  "#38b764",
  "#257179",
  "#29366f",
  "#3b5dc9",
  "#41a6f6",
  "#73eff7",
  "#f4f4f4",
  "#94b0c2",
  "#566c86",
  "#333c57",
] as const;

export const colorOf = (index: number): string => PALETTE[index] ?? PALETTE[0];

/** Red, green and blue of each color. */
export const RGB: readonly (readonly [number, number, number])[] = PALETTE.map((hex) => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
});
