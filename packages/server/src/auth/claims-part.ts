import type { Clock } from "../clock.ts";
import type { LogEntry, LogPart, LogPosition } from "../cluster/log-part.ts";
import type { SharedLog } from "../cluster/shared-log.ts";
import {
  type PositionedCopy,
  readClaim,
  readHead,
  readRequest,
  sentClaim,
  sentHead,
  sentRequest,
} from "./claim-texts.ts";
import type { ClaimsLog, ClaimsUser } from "./shared-claim-mode.ts";
import { type ClaimOutcome, type ClaimRequest, SharedClaims } from "./shared-claims.ts";

/** All claims have one order; there are few enough for one shard. */
const SHARD = 0;
const KIND = "claim";
/** Claims in one piece of a copy. */
const COPIED_AT_ONCE = 1_000;

/** The claims of a cluster as a part of its log: in memory, and so read from the log, or copied from another node, after a restart. */
export class ClaimsPart implements LogPart, ClaimsLog {
  readonly name = "claims";
  readonly kinds = [KIND];
  readonly claims: SharedClaims;
  private readonly waiting = new Map<number, (outcome: ClaimOutcome | undefined) => void>();
  private user: ClaimsUser | undefined;
  private position: LogPosition | undefined;

  /** `ttl`: seconds a claim lasts after the last session with that name has ended. */
  constructor(
    private readonly log: Pick<SharedLog, "propose" | "incarnation">,
    clock: Pick<Clock, "now">,
    ttl: number,
  ) {
    this.claims = new SharedClaims(clock, ttl * 1_000);
  }

  get incarnation(): string {
    return this.log.incarnation;
  }

  request(request: ClaimRequest): Promise<ClaimOutcome | undefined> {
    const { promise, resolve } = Promise.withResolvers<ClaimOutcome | undefined>();
    const id = this.log.propose({
      ...{ shard: SHARD, kind: KIND, body: sentRequest(request) },
      settled: (failure) => {
        if (failure) this.settle(id, undefined);
      },
    });
    this.waiting.set(id, resolve);
    return promise;
  }

  attach(user: ClaimsUser): void {
    this.user = user;
  }

  /** Due once a second. */
  tick(): void {
    this.user?.tick();
  }

  positions(): readonly (LogPosition | undefined)[] {
    return [this.position];
  }

  apply({ body, incarnation, at, isOwn, id }: LogEntry): void {
    const request = readRequest(body);
    if (!request) return;
    const outcome = this.claims.apply(request, incarnation, at);
    if (isOwn) this.settle(id, outcome);
  }

  nodeGone(shard: number, incarnation: string, at: number): void {
    if (shard === SHARD) this.claims.nodeGone(incarnation, at);
  }

  applied(shard: number, position: LogPosition): void {
    if (shard === SHARD) this.position = position;
  }

  rejoined(): void {
    void this.user?.rejoined();
  }

  copy(): AsyncIterable<Uint8Array> {
    return piecesOf({ ...this.claims.copy(), position: this.position });
  }

  async restore(copy: AsyncIterable<Uint8Array>): Promise<void> {
    const pieces = await Array.fromAsync(copy);
    const [first, ...rest] = pieces.map((piece): unknown => JSON.parse(new TextDecoder().decode(piece)));
    const head = readHead(first);
    if (!head) throw new Error("the copy of the claims cannot be read");
    this.claims.restore({ ...head, claims: rest.flat().flatMap((claim) => readClaim(claim) ?? []) });
    this.position = head.position;
  }

  private settle(id: number, outcome: ClaimOutcome | undefined): void {
    this.waiting.get(id)?.(outcome);
    this.waiting.delete(id);
  }
}

async function* piecesOf(copy: PositionedCopy): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const encoded = (value: readonly unknown[]) => encoder.encode(JSON.stringify(value));
  yield encoded(sentHead(copy));
  for (let at = 0; at < copy.claims.length; at += COPIED_AT_ONCE)
    yield encoded(copy.claims.slice(at, at + COPIED_AT_ONCE).map(sentClaim));
}
