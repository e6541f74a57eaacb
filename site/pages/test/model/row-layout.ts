/** Heights of the parts of a row, in CSS pixels. */
export interface RowHeights {
  readonly row: number;
  /** Added to a row with an explanation. */
  readonly note: number;
}

/** The open detail below a row. */
export interface OpenDetail {
  readonly index: number;
  readonly height: number;
}

/** How many of the ascending numbers are below a bound. */
export function countBelow(ascending: readonly number[], bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the rows of a log are, without measuring them: finding one of 50,000 takes a few steps. */
export class RowLayout {
  constructor(
    readonly count: number,
    /** Indices of the rows with an explanation, ascending. */
    private readonly notes: readonly number[],
    private readonly heights: RowHeights,
    private readonly detail: OpenDetail | undefined,
  ) {}

  /** Distance of a row from the top of the log. */
  offsetOf(index: number): number {
    const { row, note } = this.heights;
    const detail = this.detail && this.detail.index < index ? this.detail.height : 0;
    return index * row + countBelow(this.notes, index) * note + detail;
  }

  get height(): number {
    return this.offsetOf(this.count);
  }

  /** The row at a distance from the top of the log. */
  indexAt(offset: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offsetOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
