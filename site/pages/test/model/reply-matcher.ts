import { isJsonObject, type JsonObject } from "@achex/protocol";
import type { MatchedRequest, NewEntry } from "./entry.ts";
import { fieldsOf, isMessage } from "./frame-fields.ts";

/** A request that gets a reply of its own. */
export interface SentRequest {
  readonly verb: string;
  readonly ref: number | undefined;
  /** Number of its log entry. */
  readonly number: number;
  readonly at: number;
}

export interface Reply {
  readonly request: MatchedRequest;
  readonly verb: string;
  readonly fields: JsonObject;
}

/** Milliseconds. A reply must not be matched to an older request that was dropped; the server gives up after 10 s (K11a). */
const TIMEOUT = 12_000;
const MAX_PENDING = 200;

/** Requests that are answered without a `$ref`, by the same kind of frame in all dialects or in the legacy ones. */
const ANSWERED = ["latency", "time", "echo", "serverstat", "login", "join", "resume"];
const ANSWERED_BY_LEGACY_ONLY = ["login", "join"];

/** The verb of the requests that a frame without `$ref` answers (PROTOCOL.md K3, C4, C7, K11, C14, C15, R16, R70, R73). */
function answeredVerb(fields: JsonObject): string | undefined {
  if (typeof fields.ltcy === "string") return "latency";
  if (typeof fields.$time === "number") return "time";
  if (typeof fields.auth === "string") return "login";
  if (typeof fields.joinHub === "string") return "join";
  if (Array.isArray(fields.users)) return "serverstat";
  if (isJsonObject(fields.$resumable) || isJsonObject(fields.$resumed)) return "resume";
  return fields.echo === undefined ? undefined : "echo";
}

const isRefReply = (fields: JsonObject): boolean => fields.$result !== undefined || fields.$fault !== undefined;

/**
 * Matches the replies of one connection to its requests, by `$ref` or in order, since every request gets its own reply.
 * This gives the time each reply took.
 */
export class ReplyMatcher {
  private open: readonly SentRequest[] = [];

  forget(): void {
    this.open = [];
  }

  /** Call for each request sent; `legacy` is whether it went over a legacy dialect. */
  sent(request: SentRequest, legacy: boolean): void {
    const { verb, ref } = request;
    if (ref === undefined && (!ANSWERED.includes(verb) || (!legacy && ANSWERED_BY_LEGACY_ONLY.includes(verb)))) return;
    this.open = [...(this.open.length < MAX_PENDING ? this.open : this.open.slice(1)), request];
  }

  /** The request of that entry gets no reply. */
  dropped(number: number): void {
    this.open = this.open.filter((one) => one.number !== number);
  }

  /** The request that a received frame answers; undefined if there is none. */
  answered(entry: NewEntry): Reply | undefined {
    if (this.open.length === 0 || entry.kind !== "text" || entry.direction !== "in") return undefined;
    const fields = fieldsOf(entry.text);
    if (!fields || isMessage(fields)) return undefined;
    const answered = answeredVerb(fields);
    const ref = isRefReply(fields) ? fields.$ref : undefined;
    this.open = this.open.filter((one) => one.ref !== undefined || entry.at - one.at < TIMEOUT);
    const found = this.open.find((one) =>
      typeof ref === "number" ? one.ref === ref : one.ref === undefined && one.verb === answered,
    );
    if (!found) return undefined;
    this.dropped(found.number);
    const request = { number: found.number, asked: found.at, milliseconds: entry.at - found.at };
    return { request, verb: found.verb, fields };
  }
}

/** Milliseconds by which the server's clock was ahead of this machine's when it replied to `$time` (PROTOCOL.md R16). */
export function clockOffset(text: string, at: number, { milliseconds }: MatchedRequest): number | undefined {
  const fields = fieldsOf(text);
  if (!fields || isMessage(fields)) return undefined;
  const time = isJsonObject(fields.$result) ? fields.$result.time : fields.$time;
  return typeof time === "number" ? Math.round(time - (at - milliseconds / 2)) : undefined;
}
