export interface BucketSize {
  /** Tokens of a full bucket. */
  readonly burst: number;
  /** Milliseconds until one token is refilled. */
  readonly refillMilliseconds: number;
}

interface Bucket {
  /** May be a fraction. */
  readonly tokens: number;
  /** When it had that many, in milliseconds. */
  readonly at: number;
}

/** Token buckets by key in bounded memory: a bucket that is full again is dropped. */
export class TokenBuckets {
  /** Least recently spent first, so that buckets which can be dropped are at the front. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly size: BucketSize,
    /** Above this number, the bucket that has not been used for longest is dropped. */
    private readonly maxKeys: number,
  ) {}

  get keys(): number {
    return this.buckets.size;
  }

  hasToken(key: string, now: number): boolean {
    return this.tokens(key, now) >= 1;
  }

  spend(key: string, now: number): void {
    const tokens = Math.max(0, this.tokens(key, now) - 1);
    this.buckets.delete(key);
    this.buckets.set(key, { tokens, at: now });
    this.dropFullBuckets(now);
  }

  private tokens(key: string, now: number): number {
    const { burst, refillMilliseconds } = this.size;
    const bucket = this.buckets.get(key);
    return bucket ? Math.min(burst, bucket.tokens + (now - bucket.at) / refillMilliseconds) : burst;
  }

  private dropFullBuckets(now: number): void {
    for (const key of this.buckets.keys()) {
      if (this.buckets.size <= this.maxKeys && this.tokens(key, now) < this.size.burst) return;
      this.buckets.delete(key);
    }
  }
}
