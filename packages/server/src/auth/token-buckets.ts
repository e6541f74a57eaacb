export interface BucketSize {
  /** Failures allowed at once. */
  readonly burst: number;
  /** Milliseconds until one more is allowed. */
  readonly refillMilliseconds: number;
}

interface Bucket {
  /** May be a fraction. */
  readonly left: number;
  /** When that much was left. */
  readonly at: number;
}

/** Token buckets by key in bounded memory: a key whose bucket is full again is forgotten. */
export class TokenBuckets {
  /** In the order of the last failure, so that what can be forgotten stands in front. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly size: BucketSize,
    /** Keys kept; beyond it the one that has not failed for longest is forgotten. */
    private readonly maxKeys: number,
  ) {}

  get keys(): number {
    return this.buckets.size;
  }

  /** Whether one more failure is allowed at this time in milliseconds. */
  hasToken(key: string, now: number): boolean {
    return this.left(key, now) >= 1;
  }

  spend(key: string, now: number): void {
    const left = Math.max(0, this.left(key, now) - 1);
    this.buckets.delete(key);
    this.buckets.set(key, { left, at: now });
    this.dropFullBuckets(now);
  }

  private left(key: string, now: number): number {
    const { burst, refillMilliseconds } = this.size;
    const bucket = this.buckets.get(key);
    return bucket ? Math.min(burst, bucket.left + (now - bucket.at) / refillMilliseconds) : burst;
  }

  private dropFullBuckets(now: number): void {
    for (const key of this.buckets.keys()) {
      if (this.buckets.size <= this.maxKeys && this.left(key, now) < this.size.burst) return;
      this.buckets.delete(key);
    }
  }
}
