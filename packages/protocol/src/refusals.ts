import type { Dialect } from "./dialects.ts";

/** Why a login was refused: the one table of reasons (PROTOCOL.md A5). */
export const refusals = {
  "bad-name": "a name has 1 to 128 bytes, or as many as this server allows, and no control characters; choose another",
  "wrong-password": "wrong name or password; check both",
  "name-claimed": "this name is in use with another password; give that one or choose another name",
  "name-reserved": "this name is kept for a service; choose another",
  "name-held": "this name is taken at present; choose another or try again later",
  "wrong-service": "no such service or wrong password; check both, or ask whoever runs the server to add it",
  throttled: "too many failed logins: 10 at once, then one every 6 s; wait a minute and try again",
  busy: "too many logins at once; try again in a few seconds",
} as const;

export type Refusal = keyof typeof refusals;

/** The refusal of a login as the dialect spells it (PROTOCOL.md A5). */
export function refusalFrame(dialect: Dialect, refusal: Refusal): string {
  const reason = JSON.stringify(refusals[refusal]);
  return dialect === "classic" ? `{"auth":"failed","reason":${reason}}` : `{"auth":"FAILED","REASON":${reason}}`;
}
