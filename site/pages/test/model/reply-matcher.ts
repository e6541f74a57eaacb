import { type Dialect, isJsonObject, type JsonObject, parse, parseAchex2 } from "@achex/protocol";
import type { Entry, MatchedRequest, NewEntry } from "./entry.ts";
import { fieldsOf, isMessage } from "./frame-fields.ts";

interface PendingRequest {
  readonly kind: "latency" | "time" | "other";
  readonly ref: number | undefined;
  readonly number: number;
  readonly at: number;
}

/** Milliseconds. A reply must not be matched to an older request that was dropped; the server gives up after 10 s (K11a). */
const TIMEOUT = 12_000;
const MAX_PENDING = 200;

const HINT = /"\$ref"|ping|latency|"\$time"/;

function kindOf(verb: string): PendingRequest["kind"] {
  return verb === "latency" || verb === "time" ? verb : "other";
}

/** The kind of request that a frame without `$ref` answers (PROTOCOL.md K11, R16). */
const replyKind = (fields: JsonObject): PendingRequest["kind"] | undefined => {
  if (typeof fields.ltcy === "string") return "latency";
  return typeof fields.$time === "number" ? "time" : undefined;
};

const isReply = (fields: JsonObject): boolean => fields.$result !== undefined || fields.$fault !== undefined;
/**
 * Matches the replies of one connection to its requests, by `$ref` or in order, since every request gets its own reply.
 * This gives the time each reply took.
 */
export class ReplyMatcher {
  private open: PendingRequest[] = [];

  forget(): void {
    this.open = [];
  }

  /** Call for each frame sent. */
  sent(entry: Entry, dialect: Dialect): void {
    if (entry.kind !== "text" || entry.text.length > 16_384 || !HINT.test(entry.text)) return;
    const { number, at } = entry;
    const frame = dialect === "achex.2" ? parseAchex2(entry.text) : { request: parse(entry.text), ref: undefined };
    const kind = kindOf(frame.request.verb);
    if (kind === "other" && frame.ref === undefined) return;
    const asked = this.open.length < MAX_PENDING ? this.open : this.open.slice(1);
    this.open = [...asked, { kind, ref: frame.ref, number, at }];
  }

  /** The request that a received frame answers; undefined if there is none. */
  answered(entry: NewEntry): MatchedRequest | undefined {
    if (this.open.length === 0 || entry.kind !== "text" || entry.direction !== "in") return undefined;
    const fields = fieldsOf(entry.text);
    if (!fields || isMessage(fields)) return undefined;
    const kind = replyKind(fields);
    const ref = isReply(fields) ? fields.$ref : undefined;
    this.open = this.open.filter(({ at, ref: asked }) => asked !== undefined || entry.at - at < TIMEOUT);
    const found = this.open.find((one) =>
      typeof ref === "number" ? one.ref === ref : one.ref === undefined && one.kind === kind,
    );
    if (!found) return undefined;
    this.open = this.open.filter((one) => one !== found);
    return { number: found.number, asked: found.at, milliseconds: entry.at - found.at };
  }
}

/** Milliseconds by which the server's clock was ahead of this machine's when it replied to `$time` (PROTOCOL.md R16). */
export function clockOffset(text: string, at: number, { milliseconds }: MatchedRequest): number | undefined {
  const fields = fieldsOf(text);
  if (!fields || isMessage(fields)) return undefined;
  const time = isJsonObject(fields.$result) ? fields.$result.time : fields.$time;
  return typeof time === "number" ? Math.round(time - (at - milliseconds / 2)) : undefined;
}
