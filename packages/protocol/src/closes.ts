import type { Dialect } from "./dialects.ts";

/** What a client does after a close: connect again, carry on after reconnecting, or give up. */
export type Duty = "retry" | "resume" | "stop";

export interface Close {
  readonly code: number;
  /** At most 123 bytes: it travels in a WebSocket control frame. */
  readonly reason: string;
  readonly duty: Duty;
}

/** The server restarts and keeps the session: the one code after which a client resumes on purpose (PROTOCOL.md R82). */
const RESTARTING = 4004;

/** Closes of sessions that can be resumed; only achex.2 has them (PROTOCOL.md R72, R74, R82). */
export const resumeCloses = {
  restarting: { code: RESTARTING, reason: "server is restarting; resume the session", duty: "resume" },
  replaced: { code: 4005, reason: "the session was resumed on another connection", duty: "retry" },
  unreachable: { code: 4007, reason: "the session cannot be reached now; resume it again", duty: "retry" },
  resyncing: { code: 4006, reason: "the counts of frames do not match; start over", duty: "retry" },
} as const satisfies Record<string, Close>;

/**
 * With this code a client that tries out a bad network drops its connection: the server handles it like a connection that broke, while any other
 * code that a client may choose means that it leaves (PROTOCOL.md R75). A page has no way to break a connection.
 */
export const simulatedDrop = 4099;

/** Why the server closes a session: to the legacy dialects (PROTOCOL.md X1..X7) and to achex.2 (R9). */
export const closes = {
  goingAway: {
    legacy: { code: 1001, reason: "server is stopping; connect again", duty: "retry" },
    achex2: { code: 4001, reason: "server is stopping; connect again", duty: "retry" },
  },
  flood: {
    legacy: { code: 1008, reason: "sending faster than the limit for 10 s; slow down", duty: "retry" },
    achex2: { code: 4002, reason: "sending faster than the limit for 10 s; slow down", duty: "retry" },
  },
  accountChanged: {
    legacy: { code: 1008, reason: "this name's account was changed; log in again", duty: "stop" },
    achex2: { code: 4500, reason: "this name's account was changed; log in again", duty: "stop" },
  },
  noSessionId: {
    legacy: { code: 1013, reason: "no session can be opened; try again later", duty: "retry" },
    achex2: { code: 4003, reason: "no session can be opened; try again later", duty: "retry" },
  },
} as const satisfies Record<string, { readonly legacy: Close; readonly achex2: Close }>;

type ResumeCloseName = keyof typeof resumeCloses;
export type CloseName = keyof typeof closes | ResumeCloseName;

const isResumeClose = (name: CloseName): name is ResumeCloseName => name in resumeCloses;

export function closeOf(name: CloseName, dialect: Dialect): Close {
  if (isResumeClose(name)) return resumeCloses[name];
  return dialect === "achex.2" ? closes[name].achex2 : closes[name].legacy;
}

/** Every close of achex.2. */
export const achex2Closes = (): readonly Close[] => [
  ...Object.values(closes).map(({ achex2 }) => achex2),
  ...Object.values(resumeCloses),
];

/** Codes of RFC 6455 after which connecting again would end the same way: the fault is in the client or in what it sends. */
const STOPPED = [1002, 1003, 1007, 1008, 1009];

/** What a client does after a close of any code: those of achex.2 say it by their range (PROTOCOL.md R9), others by RFC 6455. */
export function dutyOf(code: number): Duty {
  if (code === RESTARTING) return "resume";
  return code >= 4500 || STOPPED.includes(code) ? "stop" : "retry";
}
