import type { LogPosition } from "../cluster/log-part.ts";
import type { ClaimRequest, ClaimsCopy, CopiedClaim } from "./shared-claims.ts";

/** Claims and requests as the JSON that nodes send each other. What another node sent may be anything. */

const hashOf = (sent: unknown): string | null | undefined =>
  sent === null || typeof sent === "string" ? sent : undefined;

export const sentRequest = (request: ClaimRequest): readonly unknown[] =>
  request.kind === "free"
    ? [request.kind, request.key]
    : [request.kind, request.key, request.hash ?? null, ...(request.kind === "claim" ? [request.address] : [])];

export function readRequest(sent: unknown): ClaimRequest | undefined {
  if (!Array.isArray(sent)) return undefined;
  const [kind, key, sentHash, address]: unknown[] = sent;
  if (typeof key !== "string") return undefined;
  if (kind === "free") return { kind, key };
  const read = hashOf(sentHash);
  if (read === undefined) return undefined;
  const hash = read ?? undefined;
  if (kind === "use") return { kind, key, hash };
  return kind === "claim" && typeof address === "string" ? { kind, key, hash, address } : undefined;
}

/** A copy of all claims, and the position of the log that it belongs to. */
export interface PositionedCopy extends ClaimsCopy {
  readonly position: LogPosition | undefined;
}

export const sentHead = ({ position, time, age }: PositionedCopy): readonly unknown[] => [
  position?.log ?? null,
  position?.position ?? 0,
  time,
  age,
];

export const sentClaim = ({ key, hash, address, remaining, users }: CopiedClaim): readonly unknown[] => [
  key,
  hash ?? null,
  address,
  remaining,
  users,
];

export function readHead(sent: unknown): Omit<PositionedCopy, "claims"> | undefined {
  if (!Array.isArray(sent)) return undefined;
  const [log, position, time, age]: unknown[] = sent;
  if (typeof position !== "number" || typeof time !== "number" || typeof age !== "number") return undefined;
  return { position: typeof log === "string" ? { log, position } : undefined, time, age };
}

export function readClaim(sent: unknown): CopiedClaim | undefined {
  if (!Array.isArray(sent)) return undefined;
  const [key, sentHash, address, remaining, users]: unknown[] = sent;
  const hash = hashOf(sentHash);
  if (typeof key !== "string" || hash === undefined || typeof address !== "string" || typeof remaining !== "number")
    return undefined;
  const ids = Array.isArray(users) ? users.filter((one: unknown) => typeof one === "string") : [];
  return { key, address, remaining, users: ids, ...(hash !== null && { hash }) };
}
