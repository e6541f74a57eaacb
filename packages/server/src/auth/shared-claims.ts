import type { SavedClaim } from "../auth.ts";
import type { Clock } from "../clock.ts";
import { ClaimStore } from "./claim-store.ts";

/** What a node asks to be decided for all. */
export type ClaimRequest =
  | { readonly kind: "claim"; readonly key: string; readonly hash: string | undefined; readonly address: string }
  /** A login with the password of a claim that has this hash. */
  | { readonly kind: "use"; readonly key: string; readonly hash: string | undefined }
  /** The last session that had the name at this node is gone. */
  | { readonly kind: "free"; readonly key: string };

/** `exists`: somebody else was first. `gone`: the claim has ended, or another has taken its place. */
export type ClaimOutcome = "used" | "exists" | "gone" | "full";

/** A claim and the nodes at which the name is in use. */
export interface CopiedClaim extends SavedClaim {
  readonly users: readonly string[];
}

export interface ClaimsCopy {
  /** Time of the last request in the log, and how many milliseconds ago it was applied. */
  readonly time: number;
  readonly age: number;
  readonly claims: readonly CopiedClaim[];
}

/**
 * The claims of a cluster (PROTOCOL.md A2). Each node applies the same requests in the same order, with the time of the log as the only
 * clock, so all come to the same outcomes. A claim does not expire while a node uses its name. What it holds has the bounds of
 * ClaimStore, for all nodes together.
 */
export class SharedClaims {
  private store: ClaimStore;
  private readonly clock = { now: () => this.time };
  /** For each claim in use, the incarnations of the nodes that use it, and the reverse. */
  private readonly users = new Map<string, Set<string>>();
  private readonly used = new Map<string, Set<string>>();
  /** Time of the last request, and when this node applied it. */
  private time = 0;
  private appliedAt: number;

  constructor(
    private readonly local: Pick<Clock, "now">,
    private readonly ttl: number,
  ) {
    this.store = new ClaimStore(this.clock, { ttl });
    this.appliedAt = local.now();
  }

  get size(): number {
    return this.store.size;
  }

  /** The hash of the claim's password, undefined for the empty one; "none" if there is no such claim. */
  find(key: string): { readonly hash: string | undefined } | "none" {
    const claim = this.store.find(key);
    return claim ? { hash: claim.computedHash } : "none";
  }

  /** Only a hint: it goes by the clock of this node. A request decides. */
  hasProbablyExpired(key: string): boolean {
    const expiry = this.store.expiryOf(key);
    return expiry !== undefined && this.time + this.local.now() - this.appliedAt >= expiry;
  }

  isUsedBy(key: string, incarnation: string): boolean {
    return this.users.get(key)?.has(incarnation) === true;
  }

  usedBy(incarnation: string): Iterable<string> {
    return this.used.get(incarnation) ?? [];
  }

  /** `at`: milliseconds of the log. */
  apply(request: ClaimRequest, incarnation: string, at: number): ClaimOutcome {
    this.advance(at);
    const { key } = request;
    if (request.kind === "free") {
      this.free(key, incarnation);
      return "gone";
    }
    const claim = this.store.find(key);
    if (request.kind === "claim") {
      if (claim) return "exists";
      if (!this.store.add(key, request.hash, request.address)) return "full";
    } else if (!claim || claim.computedHash !== request.hash) return "gone";
    this.use(key, incarnation);
    return "used";
  }

  /** A node is dead: it uses no name any more. */
  nodeGone(incarnation: string, at: number): void {
    this.advance(at);
    for (const key of [...this.usedBy(incarnation)]) this.free(key, incarnation);
  }

  copy(): ClaimsCopy {
    const claims = this.store.save().map((claim) => ({ ...claim, users: [...(this.users.get(claim.key) ?? [])] }));
    return { time: this.time, age: this.local.now() - this.appliedAt, claims };
  }

  restore({ time, age, claims }: ClaimsCopy): void {
    this.users.clear();
    this.used.clear();
    this.time = time;
    this.appliedAt = this.local.now() - age;
    this.store = new ClaimStore(this.clock, { ttl: this.ttl });
    this.store.restore(claims);
    for (const { key, users } of claims) for (const incarnation of users) this.use(key, incarnation);
  }

  private advance(at: number): void {
    // The time of the log may step back with the clock of its leader.
    this.time = Math.max(this.time, at);
    this.appliedAt = this.local.now();
  }

  private use(key: string, incarnation: string): void {
    this.users.getOrInsertComputed(key, () => new Set()).add(incarnation);
    this.used.getOrInsertComputed(incarnation, () => new Set()).add(key);
    this.store.nameTaken(key);
  }

  private free(key: string, incarnation: string): void {
    const users = this.users.get(key);
    if (!users?.delete(incarnation)) return;
    const used = this.used.get(incarnation);
    used?.delete(key);
    if (used?.size === 0) this.used.delete(incarnation);
    if (users.size > 0) return;
    this.users.delete(key);
    this.store.nameReleased(key);
  }
}
