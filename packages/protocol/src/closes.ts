import type { Dialect } from "./dialects.ts";

/** What a client does after a close: connect again, carry on after reconnecting, or give up. */
export type Duty = "retry" | "resume" | "stop";

export interface Close {
  readonly code: number;
  /** At most 123 bytes: it travels in a WebSocket control frame. */
  readonly reason: string;
  readonly duty: Duty;
}

/** Why the server closes a session: for the old dialects (PROTOCOL.md X1..X7) and for achex.2 (R9). */
export const closes = {
  goingAway: {
    old: { code: 1001, reason: "server is stopping; connect again", duty: "retry" },
    own: { code: 4001, reason: "server is stopping; connect again", duty: "retry" },
  },
  flood: {
    old: { code: 1008, reason: "sending faster than the limit for 10 s; slow down", duty: "retry" },
    own: { code: 4002, reason: "sending faster than the limit for 10 s; slow down", duty: "retry" },
  },
  accountChanged: {
    old: { code: 1008, reason: "this name's account was changed; log in again", duty: "stop" },
    own: { code: 4500, reason: "this name's account was changed; log in again", duty: "stop" },
  },
  noSessionId: {
    old: { code: 1013, reason: "no session can be opened; try again later", duty: "retry" },
    own: { code: 4003, reason: "no session can be opened; try again later", duty: "retry" },
  },
} as const satisfies Record<string, { readonly old: Close; readonly own: Close }>;

export type CloseName = keyof typeof closes;

export const closeOf = (name: CloseName, dialect: Dialect): Close =>
  dialect === "achex.2" ? closes[name].own : closes[name].old;

/** Codes of RFC 6455 by which this client, as it is, is not wanted back: what it sends is wrong, or it is. */
const STOPPED = [1002, 1003, 1007, 1008, 1009];

/** What a client should do after a close of any code: those of achex.2 say so by their range, the others by RFC 6455. */
export function dutyOf(code: number): Duty {
  return code >= 4500 || STOPPED.includes(code) ? "stop" : "retry";
}
