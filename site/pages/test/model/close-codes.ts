import { achex2Closes, closes, type Duty, dutyOf } from "@achex/protocol";

export interface CloseInfo {
  /** The meaning of the code in a few words. */
  readonly title: string;
  /** What to do next. */
  readonly advice: string;
  readonly duty: Duty;
}

/** RFC 6455 §7.4.1 and the IANA registry, limited to codes that browsers report. */
const standard: Readonly<Record<number, string>> = {
  1000: "normal closure",
  1001: "the server is stopping, or the page was closed",
  1002: "WebSocket protocol error",
  1003: "unsupported data type",
  1005: "closed without a code",
  1006: "connection lost without a closing handshake",
  1007: "text is not valid UTF-8",
  1008: "policy violation",
  1009: "frame too large",
  1010: "required extension missing",
  1011: "internal server error",
  1012: "the server is restarting",
  1013: "the server is too busy",
  1014: "bad gateway",
  1015: "TLS handshake failed",
};

/** PROTOCOL.md X1..X7. */
const adviceByCode: Readonly<Record<number, string>> = {
  1000: "You can connect again at any time.",
  1002: "Fix the client (rule X5).",
  1006: "No answer to pings, a reader that is too slow, or a network failure (rule X6). Reconnect after a random delay.",
  1007: "Fix the client (rule X5).",
  1008: "The reason names the rule. Fix the cause before you reconnect (rules X2, X3).",
  1009: "Do not send that frame again (rule X4). The default limit is 1 MiB.",
  1013: "Try again much later (rule X7).",
};

const adviceByDuty: Readonly<Record<Duty, string>> = {
  retry: "Reconnect after a random delay.",
  resume: "Reconnect and resume.",
  stop: "Do not reconnect automatically. Fix the cause first.",
};

const knownCloses = [...Object.values(closes).map(({ legacy }) => legacy), ...achex2Closes()];

/** The meaning of a close code and what to do about it. The reason distinguishes closes that share a code. */
export function closeInfo(code: number, reason: string): CloseInfo {
  const known = knownCloses.find((close) => close.code === code && (close.reason === reason || code >= 4000));
  const duty = known?.duty ?? dutyOf(code);
  const title =
    known?.reason ?? standard[code] ?? (code >= 4000 && code < 5000 ? "application-specific code" : "unknown code");
  return { title, duty, advice: (known ? undefined : adviceByCode[code]) ?? adviceByDuty[duty] };
}
