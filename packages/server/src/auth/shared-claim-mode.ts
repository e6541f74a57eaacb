import { type Grant, type LoginRequest, refuse, type SavedClaim, type Verdict } from "../auth.ts";
import type { Clock } from "../clock.ts";
import type { AuthMode } from "./auth-modes.ts";
import { keyOf, subjectOf } from "./claim-mode.ts";
import type { PasswordChecker } from "./password-checks.ts";
import type { ClaimOutcome, ClaimRequest, SharedClaims } from "./shared-claims.ts";

/** Where the requests of all nodes get one order. */
export interface ClaimsLog {
  readonly claims: Pick<SharedClaims, "find" | "hasProbablyExpired" | "isUsedBy">;
  /** That of this node now. */
  readonly incarnation: string;
  /** Resolves when this node has applied the request; undefined without a quorum. Never rejects. */
  request(request: ClaimRequest): Promise<ClaimOutcome | undefined>;
  /** From now on calls back. */
  attach(user: ClaimsUser): void;
}

export interface ClaimsUser {
  /** Due once a second. */
  tick(): void;
  /** The others had taken this node for dead. */
  rejoined(): Promise<void>;
}

/** A name that sessions of this node have, and what its claim needs if it has to be made again. */
interface Use {
  readonly hash: string | undefined;
  readonly address: string;
}

/** When a name is freed that its session did not take in the end, or that could not be freed at once. */
const FREE_AFTER_MILLISECONDS = 10_000;
/** Names freed in one step of a second. */
const MAX_FREED = 500;
/** Attempts at a name that others claim and release at the same time. */
const MAX_ATTEMPTS = 5;

/** Mode `claim` in a cluster: the first password used with a name at any node claims it at all of them (PROTOCOL.md A2, R166). */
export class SharedClaimMode implements AuthMode, ClaimsUser {
  /** Names that this node is hashing a password for; other logins for them wait, so that one name is hashed once. */
  private readonly hashing = new Map<string, Promise<unknown>>();
  private readonly granted = new Map<string, Use>();
  private readonly taken = new Map<string, Use>();
  /** Names that no session here has any more, or not yet, and since when. */
  private readonly unused = new Map<string, number>();
  /** Names that were claimed elsewhere while this node was taken for dead. */
  private readonly lost = new Set<string>();
  private readonly keys = new WeakMap<Grant, string>();
  private hasChanged = false;

  constructor(
    private readonly checks: PasswordChecker,
    private readonly clock: Pick<Clock, "now">,
    private readonly log: ClaimsLog,
  ) {
    log.attach(this);
  }

  login(request: LoginRequest): Verdict | Promise<Verdict> {
    return this.attempt(keyOf(request.instance, request.login.name), request, 1);
  }

  nameTaken(instance: string, name: string): void {
    const key = keyOf(instance, name);
    const use = this.granted.get(key) ?? this.restored(key);
    if (!use) return;
    this.granted.delete(key);
    this.unused.delete(key);
    this.taken.set(key, use);
  }

  nameReleased(instance: string, name: string): void {
    const key = keyOf(instance, name);
    this.lost.delete(key);
    if (!this.taken.delete(key)) return;
    this.noteUnused(key);
    // Another session is about to take it.
    if (!this.granted.has(key)) void this.free(key);
  }

  /** The claims are in the log of the cluster, not in the file of one node. */
  saveClaims(): readonly SavedClaim[] {
    return [];
  }

  restoreClaims(): void {}

  owns(instance: string, name: string): boolean {
    return this.log.claims.find(keyOf(instance, name)) !== "none";
  }

  changed(): boolean {
    const { hasChanged } = this;
    this.hasChanged = false;
    return hasChanged;
  }

  isCurrent(grant: Grant): boolean {
    const key = this.keys.get(grant);
    return key === undefined || !this.lost.has(key);
  }

  /** Frees names that could not be freed before. */
  tick(): void {
    let steps = 0;
    for (const [key, since] of this.unused) {
      if (since > this.clock.now() - FREE_AFTER_MILLISECONDS || ++steps > MAX_FREED) return;
      this.granted.delete(key);
      // In case it fails.
      this.noteUnused(key);
      void this.free(key);
    }
  }

  /** Claims the names that sessions here still have. */
  async rejoined(): Promise<void> {
    for (const [key, { hash, address }] of this.taken) {
      const { claims, incarnation } = this.log;
      if (claims.isUsedBy(key, incarnation)) continue;
      let outcome = await this.log.request({ kind: "use", key, hash });
      if (outcome === "gone" && claims.find(key) === "none")
        outcome = await this.log.request({ kind: "claim", key, hash, address });
      if (outcome === undefined) return;
      if (outcome === "used" || !this.taken.has(key)) continue;
      this.lost.add(key);
      this.hasChanged = true;
    }
  }

  private attempt(key: string, request: LoginRequest, attempts: number): Verdict | Promise<Verdict> {
    const { claims, incarnation } = this.log;
    if (attempts > MAX_ATTEMPTS) return refuse("busy");
    const claim = claims.find(key);
    if (claim === "none" || claims.hasProbablyExpired(key)) return this.claim(key, request, attempts);
    if (claim.hash !== undefined) return this.verify(key, claim.hash, request, attempts);
    if (request.login.password !== "") return refuse("name-claimed");
    if (this.isUsedHere(key, incarnation)) return this.grant(key, undefined, request);
    return this.use(key, undefined, request, attempts);
  }

  private async claim(key: string, request: LoginRequest, attempts: number): Promise<Verdict> {
    const { address, login } = request;
    const other = this.hashing.get(key);
    if (other) {
      await other;
      return this.attempt(key, request, attempts + 1);
    }
    const claiming = this.hashAndClaim(key, address, login.password);
    this.hashing.set(key, claiming);
    const claimed = await claiming.finally(() => this.hashing.delete(key));
    if (claimed.outcome === "used") return this.grant(key, claimed.hash, request);
    if (claimed.outcome === "full") return refuse("busy");
    if (claimed.outcome === "no-quorum") return refuse("no-quorum");
    return this.attempt(key, request, attempts + 1);
  }

  private async hashAndClaim(
    key: string,
    address: string,
    password: string,
  ): Promise<{ readonly outcome: ClaimOutcome | "no-quorum"; readonly hash: string | undefined }> {
    let hash: string | undefined;
    // The empty password is not secret, so it needs no hash.
    if (password !== "") {
      hash = await this.checks.hash({ address, subject: subjectOf(key), password });
      if (hash === undefined) return { outcome: "full", hash };
    }
    const outcome = await this.log.request({ kind: "claim", key, hash, address });
    return { outcome: outcome ?? "no-quorum", hash };
  }

  private async verify(key: string, hash: string, request: LoginRequest, attempts: number): Promise<Verdict> {
    const { address, login } = request;
    const result = await this.checks.check({ address, subject: subjectOf(key), password: login.password, hash });
    if (result === "wrong") return refuse("name-claimed");
    if (result !== "right") return refuse(result);
    // The claim may have ended during the check, and somebody else may have claimed the name since.
    const now = this.log.claims.find(key);
    const isSame = now !== "none" && now.hash === hash;
    if (isSame && this.isUsedHere(key, this.log.incarnation)) return this.grant(key, hash, request);
    return this.use(key, hash, request, attempts);
  }

  private async use(key: string, hash: string | undefined, request: LoginRequest, attempts: number): Promise<Verdict> {
    const outcome = await this.log.request({ kind: "use", key, hash });
    if (outcome === undefined) return refuse("no-quorum");
    return outcome === "used" ? this.grant(key, hash, request) : this.attempt(key, request, attempts + 1);
  }

  /** A session here has the name, so the claim cannot end before the login is complete. */
  private isUsedHere(key: string, incarnation: string): boolean {
    return this.taken.has(key) && this.log.claims.isUsedBy(key, incarnation);
  }

  private grant(key: string, hash: string | undefined, { address, login }: LoginRequest): Grant {
    const grant: Grant = { ok: true, name: login.name, service: undefined };
    this.keys.set(grant, key);
    this.granted.set(key, { hash, address });
    // In case its session ends before it takes the name.
    if (!this.taken.has(key)) this.noteUnused(key);
    return grant;
  }

  /** A session that was restored, or was at another node before, has its name without a login; undefined for names of services. */
  private restored(key: string): Use | undefined {
    const claim = this.log.claims.find(key);
    if (claim === "none" || this.taken.has(key)) return undefined;
    void this.log.request({ kind: "use", key, hash: claim.hash });
    return { hash: claim.hash, address: "" };
  }

  /** Behind the others, so that the oldest is first. */
  private noteUnused(key: string): void {
    this.unused.delete(key);
    this.unused.set(key, this.clock.now());
  }

  private async free(key: string): Promise<void> {
    const outcome = await this.log.request({ kind: "free", key });
    // Unless it was used again meanwhile, or has to be said again.
    if (outcome !== undefined && !this.taken.has(key) && !this.granted.has(key)) this.unused.delete(key);
  }
}
