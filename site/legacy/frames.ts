import { isJsonObject, type JsonObject } from "@achex/protocol";

/** The JSON object in a text, or undefined for anything else. */
export function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export type LoginReply = { readonly kind: "granted" } | { readonly kind: "refused"; readonly reason: string };

// A message may contain any key. The functions below recognise the server's own frames because they have no sender.

/** The reply to a login, in the form of either generation (K3, A5, C4, C5); undefined for other frames. */
export function loginReply({ auth, FROM, reason, REASON }: JsonObject): LoginReply | undefined {
  if (typeof auth !== "string" || FROM !== undefined) return undefined;
  if (auth.toLowerCase() === "ok") return { kind: "granted" };
  return { kind: "refused", reason: String(REASON ?? reason ?? auth) };
}

/** The session id of a greeting (K1) or of a login reply (C4). */
export function sessionId({ SID, FROM }: JsonObject): number | undefined {
  return typeof SID === "number" && FROM === undefined ? SID : undefined;
}

/** The text of a latency reply (K11), such as `47ms`. */
export function latency({ ltcy, FROM }: JsonObject): string | undefined {
  return typeof ltcy === "string" && FROM === undefined ? ltcy : undefined;
}
