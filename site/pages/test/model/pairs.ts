import { type Dialect, type Fields, isFields, parse, parseAchex2 } from "@achex/protocol";
import type { Answered, Entry, NewEntry } from "./entry.ts";
import { fieldsOf } from "./reading.ts";

interface Question {
  readonly kind: "latency" | "time" | "other";
  readonly ref: number | undefined;
  readonly number: number;
  readonly at: number;
}

/** A question that may have been dropped must not be taken for the one whose answer comes; the server gives up after 10 s (K11a). */
const PATIENCE = 12_000;
const MOST_OPEN = 200;

const HINT = /"\$ref"|ping|latency|"\$time"/;

function kindOf(verb: string): Question["kind"] {
  return verb === "latency" || verb === "time" ? verb : "other";
}

/** Whether a frame without `$ref` is the answer to questions of that kind (PROTOCOL.md K11, R16). */
const answersKind = (fields: Fields): Question["kind"] | undefined => {
  if (typeof fields.ltcy === "string") return "latency";
  return typeof fields.$time === "number" ? "time" : undefined;
};

const isReply = (fields: Fields): boolean => fields.$result !== undefined || fields.$fault !== undefined;
const isMessage = (fields: Fields): boolean => fields.FROM !== undefined && fields.sID !== undefined;

/**
 * Which answer belongs to which question of one connection: by `$ref`, or in order, since each question gets a reply of its
 * own. So the page can tell how long an answer took.
 */
export class Pairs {
  private open: Question[] = [];

  forget(): void {
    this.open = [];
  }

  /** To be told of each frame that was sent. */
  sent(entry: Entry, dialect: Dialect): void {
    if (entry.kind !== "text" || entry.text.length > 16_384 || !HINT.test(entry.text)) return;
    const { number, at } = entry;
    const frame = dialect === "achex.2" ? parseAchex2(entry.text) : { request: parse(entry.text), ref: undefined };
    const kind = kindOf(frame.request.verb);
    if (kind === "other" && frame.ref === undefined) return;
    const asked = this.open.length < MOST_OPEN ? this.open : this.open.slice(1);
    this.open = [...asked, { kind, ref: frame.ref, number, at }];
  }

  /** The question that a received frame answers. */
  answered(entry: NewEntry): Answered | undefined {
    if (this.open.length === 0 || entry.kind !== "text" || entry.direction !== "in") return undefined;
    const fields = fieldsOf(entry.text);
    if (!fields || isMessage(fields)) return undefined;
    const kind = answersKind(fields);
    const ref = isReply(fields) ? fields.$ref : undefined;
    this.open = this.open.filter(({ at, ref: asked }) => asked !== undefined || entry.at - at < PATIENCE);
    const found = this.open.find((one) =>
      typeof ref === "number" ? one.ref === ref : one.ref === undefined && one.kind === kind,
    );
    if (!found) return undefined;
    this.open = this.open.filter((one) => one !== found);
    return { number: found.number, asked: found.at, milliseconds: entry.at - found.at };
  }
}

/** Milliseconds that the server's clock was ahead of this machine's when it told the time (PROTOCOL.md R16). */
export function clockLead(text: string, at: number, { milliseconds }: Answered): number | undefined {
  const fields = fieldsOf(text);
  if (!fields || isMessage(fields)) return undefined;
  const time = isFields(fields.$result) ? fields.$result.time : fields.$time;
  return typeof time === "number" ? Math.round(time - (at - milliseconds / 2)) : undefined;
}
