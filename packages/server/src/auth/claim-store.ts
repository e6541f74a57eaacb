import type { Clock } from "../clock.ts";

export interface Claim {
  /** Of the password that made the claim, still on its way while that is hashed. undefined: claimed without a password. */
  readonly hash: Promise<string | undefined> | undefined;
}

interface Entry extends Claim {
  /** Counted from when nobody bears the name; a claim that is borne, or still being hashed, has no end. */
  state: "hashing" | "borne" | "idle";
}

export interface ClaimsLimits {
  /** Milliseconds a claim outlives its last bearer. */
  readonly ttl: number;
  /** Claims kept; beyond it the idle one that would end first ends at once. */
  readonly most?: number;
}

/** From a grant to the session bearing the name a claim must last, whatever the ttl. */
const SHORTEST_MILLISECONDS = 100;
/** Some 300 bytes each. Hashing is too slow to make as many in ten minutes, so nobody can push others' claims out. */
const MOST_CLAIMS = 100_000;

/** Who holds which name, and for how long; bounded, and forgotten with the process. */
export class Claims {
  private readonly entries = new Map<string, Entry>();
  /** When an idle claim ends; the first to end stands in front. */
  private readonly ends = new Map<string, number>();
  private readonly ttl: number;
  private readonly most: number;

  constructor(
    private readonly clock: Pick<Clock, "now">,
    { ttl, most = MOST_CLAIMS }: ClaimsLimits,
  ) {
    this.ttl = Math.max(ttl, SHORTEST_MILLISECONDS);
    this.most = most;
  }

  get size(): number {
    return this.entries.size;
  }

  find(key: string): Claim | undefined {
    this.sweep();
    return this.entries.get(key);
  }

  /** False when there is no room, because every claim kept is borne. */
  add(key: string, hash: Claim["hash"]): boolean {
    if (this.entries.size >= this.most) {
      const [first] = this.ends.keys();
      if (first === undefined) return false;
      this.drop(first);
    }
    this.entries.set(key, { hash, state: "hashing" });
    return true;
  }

  /** Its password was given: the time it lasts counts from now, unless somebody bears the name. */
  keep(key: string): void {
    const entry = this.entries.get(key);
    if (!entry || entry.state === "borne") return;
    entry.state = "idle";
    this.ends.delete(key);
    this.ends.set(key, this.clock.now() + this.ttl);
  }

  borne(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.state = "borne";
    this.ends.delete(key);
  }

  unborne(key: string): void {
    const entry = this.entries.get(key);
    if (entry?.state !== "borne") return;
    entry.state = "idle";
    this.ends.set(key, this.clock.now() + this.ttl);
  }

  drop(key: string): void {
    this.entries.delete(key);
    this.ends.delete(key);
  }

  private sweep(): void {
    const now = this.clock.now();
    for (const [key, end] of this.ends) {
      if (end > now) return;
      this.drop(key);
    }
  }
}
