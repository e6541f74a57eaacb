/** Fields of a wall screen, from large to small: least width and height in pixels, and whether they show one quantity only. */
const SIZES = [
  { width: 288, height: 196, isSmall: false },
  { width: 226, height: 112, isSmall: true },
  { width: 170, height: 84, isSmall: true },
] as const;
const GAP = 8;

export interface KioskLayout {
  readonly columns: number;
  readonly rows: number;
  readonly isSmall: boolean;
  /** Screens that are shown in turn, if not all fit on one. */
  readonly pages: number;
}

/** The largest fields with which all instruments fit on the screen; with more than fit, the smallest, on several pages. */
export function kioskLayout(count: number, width: number, height: number): KioskLayout {
  const fit = (size: (typeof SIZES)[number]) => ({
    columns: Math.max(1, Math.floor((width + GAP) / (size.width + GAP))),
    rows: Math.max(1, Math.floor((height + GAP) / (size.height + GAP))),
    isSmall: size.isSmall,
  });
  const all = SIZES.map(fit);
  const chosen = all.find(({ columns, rows }) => columns * rows >= count) ?? all.at(-1);
  if (!chosen) return { columns: 1, rows: 1, isSmall: true, pages: 1 };
  const pages = Math.max(1, Math.ceil(count / (chosen.columns * chosen.rows)));
  // Few instruments use the whole screen: as many columns as make fields of about the same shape.
  const perPage = Math.ceil(count / pages);
  let best = { ...chosen, area: 0 };
  for (let columns = 1; columns <= chosen.columns; columns++) {
    const rows = Math.max(1, Math.ceil(perPage / columns));
    if (rows > chosen.rows) continue;
    const shape = Math.min(width / columns / 1.6, height / rows);
    if (shape > best.area) best = { ...chosen, columns, rows, area: shape };
  }
  return { columns: best.columns, rows: best.rows, isSmall: chosen.isSmall, pages };
}
