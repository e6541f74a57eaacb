import type { ClaimsLog, ClaimsUser } from "../../src/auth/shared-claim-mode.ts";
import { type ClaimOutcome, type ClaimRequest, SharedClaims } from "../../src/auth/shared-claims.ts";
import type { Clock } from "../../src/clock.ts";

interface Waiting {
  readonly incarnation: string;
  readonly request: ClaimRequest;
  readonly settle: (outcome: ClaimOutcome) => void;
}

/** One order for the requests of several nodes, applied when the test says so, or at the end of the turn. */
export class OrderedClaims {
  readonly nodes = new Map<string, SharedClaims>();
  readonly users = new Map<string, ClaimsUser>();
  private readonly waiting: Waiting[] = [];
  isHeld = false;
  hasQuorum = true;

  constructor(private readonly clock: Pick<Clock, "now">) {}

  node(incarnation: string, ttl: number): ClaimsLog {
    const claims = new SharedClaims(this.clock, ttl);
    this.nodes.set(incarnation, claims);
    return {
      claims,
      incarnation,
      request: (request) => this.request(incarnation, request),
      attach: (user) => void this.users.set(incarnation, user),
    };
  }

  deliver(): void {
    for (const { incarnation, request, settle } of this.waiting.splice(0)) {
      const outcomes = new Map(
        Array.from(this.nodes, ([node, claims]) => [node, claims.apply(request, incarnation, this.clock.now())]),
      );
      if (new Set(outcomes.values()).size !== 1) throw new Error("the nodes came to different outcomes");
      const own = outcomes.get(incarnation);
      if (own) settle(own);
    }
  }

  gone(incarnation: string): void {
    this.deliver();
    for (const claims of this.nodes.values()) claims.nodeGone(incarnation, this.clock.now());
  }

  private request(incarnation: string, request: ClaimRequest): Promise<ClaimOutcome | undefined> {
    if (!this.hasQuorum) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<ClaimOutcome | undefined>();
    this.waiting.push({ incarnation, request, settle: resolve });
    if (!this.isHeld) queueMicrotask(() => this.deliver());
    return promise;
  }
}
