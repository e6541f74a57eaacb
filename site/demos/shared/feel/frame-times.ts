/** The times of the last frames, for a display and for tests. */
export interface FrameTimes {
  add(milliseconds: number): void;
  readonly count: number;
  /** The time that this share of the frames does not exceed, ms; 0 before the first. */
  percentile(share: number): number;
}

export function createFrameTimes(capacity = 600): FrameTimes {
  const times = new Float32Array(capacity);
  let count = 0;
  return {
    add(milliseconds) {
      times[count % capacity] = milliseconds;
      count++;
    },
    get count() {
      return count;
    },
    percentile(share) {
      const sorted = times.slice(0, Math.min(count, capacity)).sort();
      return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    },
  };
}
