/** Bottom and top of an axis. */
export type Range = readonly [bottom: number, top: number];

/** Free space above and below, as part of the range. */
const MARGIN = 0.08;
/** The axis stays as it is while the values fill at least this part of it, so that it does not jump. */
const FILLED = 0.5;

/** An axis for these values, close to the one before. */
export function rangeFor(lowest: number | null, highest: number | null, before: Range | undefined): Range {
  if (lowest === null || highest === null || !Number.isFinite(lowest) || !Number.isFinite(highest))
    return before ?? [0, 1];
  // Digits that a number of 64 bits does not have cannot be labels.
  const least = Math.max(Math.abs(lowest), Math.abs(highest)) * 1e-9 || 1e-9;
  const span = Math.max(highest - lowest, least);
  const isFlat = highest - lowest < least;
  if (before && lowest >= before[0] && highest <= before[1] && span > (before[1] - before[0]) * FILLED) return before;
  const margin = isFlat ? Math.max(Math.abs(lowest) * 0.1, 0.5) : span * MARGIN;
  return [lowest - margin, highest + margin];
}
