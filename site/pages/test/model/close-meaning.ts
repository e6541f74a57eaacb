import { closes, type Duty, dutyOf } from "@achex/protocol";

export interface CloseMeaning {
  /** What the code says, in a few words. */
  readonly title: string;
  /** What to do now. */
  readonly advice: string;
  readonly duty: Duty;
}

/** RFC 6455 §7.4.1 and the IANA registry, as far as a browser shows them. */
const standard: Readonly<Record<number, string>> = {
  1000: "closed as intended",
  1001: "one side is going away: a server that stops, or a page that is left",
  1002: "the protocol of WebSockets was broken",
  1003: "a kind of data that the other side does not take",
  1005: "closed without a code",
  1006: "cut without a closing handshake",
  1007: "text that is not UTF-8",
  1008: "against the rules of the server",
  1009: "a frame larger than the limit",
  1010: "the client wanted an extension that the server lacks",
  1011: "the server met an error of its own",
  1012: "the server is restarting",
  1013: "the server is too busy",
  1014: "a gateway got a bad answer",
  1015: "TLS failed",
};

/** Advice of PROTOCOL.md X1..X7. */
const advised: Readonly<Record<number, string>> = {
  1000: "Connect again whenever you like.",
  1002: "Mend the client (rule X5).",
  1006: "No answer to pings, too slow a reader, or the network went away (rule X6). Connect again after a random pause.",
  1007: "Mend the client (rule X5).",
  1008: "The reason says which rule; do not retry before it is kept (X2, X3).",
  1009: "Do not send that frame again (rule X4): 1 MiB is the usual limit.",
  1013: "Try again much later (rule X7).",
};

const byDuty: Readonly<Record<Duty, string>> = {
  retry: "Connect again after a random pause.",
  resume: "Connect again and carry on where you were.",
  stop: "Do not connect again by itself: what led here has to be mended first.",
};

const known = Object.values(closes).flatMap(({ old, own }) => [old, own]);

/** What a close code means and asks of a client; the reason tells apart what shares a code. */
export function closeMeaning(code: number, reason: string): CloseMeaning {
  const ours = known.find((close) => close.code === code && (close.reason === reason || code >= 4000));
  const duty = ours?.duty ?? dutyOf(code);
  const title =
    ours?.reason ?? standard[code] ?? (code >= 4000 && code < 5000 ? "a code of the application" : "an unknown code");
  return { title, duty, advice: (ours ? undefined : advised[code]) ?? byDuty[duty] };
}
