import { type DropReason, type FaultCode, isJsonObject } from "@achex/protocol";

/** What became of a sent frame, as far as the page knows. */
export type FrameStatus =
  /** No report or reply yet. */
  | { readonly kind: "pending" }
  /** A message was handed to that many sessions. */
  | {
      readonly kind: "delivered";
      readonly taken: number;
      readonly missing: readonly string[];
      readonly missed: number;
      readonly held?: number;
      /** Its sequence number in a kept channel (PROTOCOL.md R141). */
      readonly seq?: number;
      /** It is a repetition, which was not delivered again (PROTOCOL.md R146). */
      readonly duplicate?: true;
    }
  /** Carried out or answered; `verb` is the request. */
  | { readonly kind: "done"; readonly verb: string }
  /** Dropped in silence by a legacy dialect (PROTOCOL.md B1). */
  | { readonly kind: "dropped"; readonly code: string }
  /** Refused with a fault or a FAILED reply. */
  | { readonly kind: "refused"; readonly code: string }
  /** The server closed the connection because of it. */
  | { readonly kind: "fatal"; readonly code: number }
  /** Sent, and the server does not tell. */
  | { readonly kind: "unknown" };

export type StatusTone = "plain" | "good" | "warn" | "bad";

/** A code as the server sent it; anything else is not shown as it is, because the server may be anyone's. */
export const codeFrom = (value: unknown): string =>
  typeof value === "string" && /^[a-z0-9-]{1,40}$/.test(value) ? value : "unknown-code";

export const pending: FrameStatus = { kind: "pending" };
export const unknown: FrameStatus = { kind: "unknown" };
export const dropped = (code: DropReason | FaultCode): FrameStatus => ({ kind: "dropped", code });
export const refused = (code: string): FrameStatus => ({ kind: "refused", code });
export const done = (verb: string): FrameStatus => ({ kind: "done", verb });

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string" || typeof one === "number").map(String) : [];

const countIn = (value: unknown): number => (typeof value === "number" && value > 0 ? value : 0);

/** The status of a message from its result (PROTOCOL.md R11); undefined if it is the result of another request. */
export function deliveredFrom(result: unknown): FrameStatus | undefined {
  if (!isJsonObject(result) || typeof result.taken !== "number") return undefined;
  const missed = isJsonObject(result.missed) ? countIn(result.missed.dialect) + countIn(result.missed.backlog) : 0;
  const held = countIn(result.held);
  const status = { kind: "delivered", taken: result.taken, missing: textsIn(result.missing), missed } as const;
  return {
    ...status,
    ...(held > 0 && { held }),
    ...(countIn(result.seq) > 0 && { seq: countIn(result.seq) }),
    ...(result.duplicate === true && { duplicate: true }),
  };
}

const doneTexts: Readonly<Record<string, string>> = {
  send: "Accepted",
  history: "Read",
  confirm: "Confirmed",
  login: "Logged in",
  join: "Joined",
  leave: "Left",
  register: "Registered",
  unregister: "Unregistered",
  watch: "Watching",
  unwatch: "Not watching",
  retire: "Names released",
  resume: "Accepted",
  seen: "Accepted",
};

const clients = (count: number): string => `${count} ${count === 1 ? "client" : "clients"}`;

function deliveredText({
  taken,
  missing,
  missed,
  held = 0,
  seq,
  duplicate,
}: Extract<FrameStatus, { readonly kind: "delivered" }>): string {
  const lost = missing.length + missed;
  const missedText = lost > 0 ? `, ${lost} missed` : "";
  if (duplicate) return `Repetition${seq === undefined ? "" : ` of ${seq}`}: not delivered again`;
  const stored = seq === undefined ? "" : `Stored as ${seq} · `;
  // Held for sessions that are away (PROTOCOL.md R77).
  if (held > 0 && held === taken) return `${stored}Held for ${clients(held)} away${missedText}`;
  return `${stored}Delivered to ${clients(taken - held)}${held > 0 ? `, held for ${held} away` : ""}${missedText}`;
}

/** The status in a few words. */
export function statusText(status: FrameStatus): string {
  switch (status.kind) {
    case "pending":
      return "Waiting…";
    case "delivered":
      return deliveredText(status);
    case "done":
      return doneTexts[status.verb] ?? "Answered";
    case "dropped":
      return `Dropped · ${status.code}`;
    case "refused":
      return `Refused · ${status.code}`;
    case "fatal":
      return `Closed the connection · ${status.code}`;
    case "unknown":
      return "Sent · not reported";
  }
}

export function statusTone(status: FrameStatus): StatusTone {
  switch (status.kind) {
    case "delivered":
      // What is stored will be read by those who come later.
      return (status.taken === 0 && status.seq === undefined && !status.duplicate) ||
        status.missing.length + status.missed > 0
        ? "warn"
        : "good";
    case "done":
      return "good";
    case "dropped":
    case "refused":
    case "fatal":
      return "bad";
    default:
      return "plain";
  }
}

/** A status that was saved as JSON; undefined if it is none. */
export function statusFrom(value: unknown): FrameStatus | undefined {
  if (!isJsonObject(value)) return undefined;
  const { kind, code, verb } = value;
  if (kind === "delivered") return deliveredFrom({ ...value, missed: { dialect: value.missed } });
  if (kind === "done" && typeof verb === "string") return done(verb);
  if ((kind === "dropped" || kind === "refused") && typeof code === "string") return { kind, code: codeFrom(code) };
  if (kind === "fatal" && typeof code === "number") return { kind, code };
  // A reload ended the connection, so a pending frame stays without a report.
  return kind === "unknown" || kind === "pending" ? unknown : undefined;
}
