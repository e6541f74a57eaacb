import { WORLD_GRID } from "./world-grid.ts";

/** The cells of the drawing, before they become outlines. */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop";
const rows = WORLD_GRID.trim().split("\n");

export const ROWS = rows.length;
export const COLUMNS = rows[0]?.length ?? 0;
export const SEA = -1;

/** The territory of a cell; SEA beyond the edge. */
export const cellAt = (row: number, column: number): number => LETTERS.indexOf(rows[row]?.[column] ?? ".");

/** The six cells around a cell, clockwise from the right one. */
export function around(row: number, column: number): readonly (readonly [row: number, column: number])[] {
  const shift = row % 2;
  return [
    [row, column + 1],
    [row + 1, column + shift],
    [row + 1, column - 1 + shift],
    [row, column - 1],
    [row - 1, column - 1 + shift],
    [row - 1, column + shift],
  ];
}

/** Every cell of land. */
export function* landCells(): Generator<{ row: number; column: number; territory: number }> {
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const territory = cellAt(row, column);
      if (territory !== SEA) yield { row, column, territory };
    }
  }
}

/** Pairs of territories that touch in the drawing, as "a-b" with a < b. */
export function touching(): Set<string> {
  const pairs = new Set<string>();
  for (const { row, column, territory } of landCells()) {
    for (const [r, c] of around(row, column)) {
      const other = cellAt(r, c);
      if (other > territory) pairs.add(`${territory}-${other}`);
    }
  }
  return pairs;
}
