import type { Dialect } from "./dialects.ts";
import { faults, type Refusal } from "./faults.ts";

/** First frame on a classic endpoint, before anything the client sends (PROTOCOL.md K1). */
export const greetingFrame = (id: number): string => `{"SID":${id}}`;

/** Classic clients compare this text byte by byte; cloud clients read their session id from it (PROTOCOL.md K3, C4). */
export const loginFrame = (dialect: Dialect, id: number): string =>
  dialect === "classic" ? '{"auth":"ok"}' : `{"auth":"OK","SID":${id}}`;

/** A refused login: the legacy dialects get a reason for people and no code (PROTOCOL.md A5, C5). */
export function refusalFrame(dialect: Dialect, refusal: Refusal): string {
  const reason = JSON.stringify(faults[refusal].reason);
  return dialect === "classic" ? `{"auth":"failed","reason":${reason}}` : `{"auth":"FAILED","REASON":${reason}}`;
}

/** PROTOCOL.md C7. */
export const JOINED_FRAME = '{"joinHub":"OK"}';
export const NOT_JOINED_FRAME = '{"joinHub":"FAILED"}';

/** Sent to the remaining members of a hub when a member leaves or disconnects (PROTOCOL.md C12). */
export const leftHubFrame = (hub: string, user: string, id: number): string =>
  `{"leftHub":${JSON.stringify(hub)},"user":${JSON.stringify(user)},"sID":${id}}`;

/** A measured round trip, whole milliseconds (PROTOCOL.md K11). */
export const latencyFrame = (milliseconds: number): string => `{"ltcy":"${Math.max(0, Math.round(milliseconds))}ms"}`;

export interface ServerstatUser {
  readonly username: string;
  /** Empty for a session that is not in a hub. */
  readonly hub: string;
  readonly session: number;
}

/** One session in one hub (PROTOCOL.md C15). */
export const serverstatEntry = ({ username, hub, session }: ServerstatUser): string =>
  `{"username":${JSON.stringify(username)},"hub":${JSON.stringify(hub)},"session":${session}}`;

/**
 * The sessions in the requester's instance; `users` are entries as serverstatEntry makes them, with commas between them
 * (PROTOCOL.md C15).
 */
export const serverstatFrame = (version: string, users: string): string =>
  `{"version":${JSON.stringify(version)},"users":[${users}]}`;
