export interface AllowanceSize {
  /** Failures allowed at once. */
  readonly burst: number;
  /** Milliseconds until one more is allowed. */
  readonly refill: number;
}

interface Used {
  /** May be a fraction. */
  readonly left: number;
  /** When that much was left. */
  readonly at: number;
}

/** Token buckets by key in bounded memory: a key whose bucket is full again is forgotten. */
export class Allowances {
  /** In the order of the last failure, so that what can be forgotten stands in front. */
  private readonly used = new Map<string, Used>();

  constructor(
    private readonly size: AllowanceSize,
    /** Keys kept; beyond it the one that has not failed for longest is forgotten. */
    private readonly most: number,
  ) {}

  get keys(): number {
    return this.used.size;
  }

  /** Whether one more failure is allowed at this time in milliseconds. */
  allows(key: string, now: number): boolean {
    return this.left(key, now) >= 1;
  }

  fail(key: string, now: number): void {
    const left = Math.max(0, this.left(key, now) - 1);
    this.used.delete(key);
    this.used.set(key, { left, at: now });
    this.forget(now);
  }

  private left(key: string, now: number): number {
    const { burst, refill } = this.size;
    const used = this.used.get(key);
    return used ? Math.min(burst, used.left + (now - used.at) / refill) : burst;
  }

  private forget(now: number): void {
    for (const key of this.used.keys()) {
      if (this.used.size <= this.most && this.left(key, now) < this.size.burst) return;
      this.used.delete(key);
    }
  }
}
