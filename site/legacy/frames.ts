/** A JSON object as it came, or undefined for anything else. */
export function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

export type LoginReply = { readonly kind: "granted" } | { readonly kind: "refused"; readonly reason: string };

/** What an answer to a login says, in the words of either generation (K3, A5, C4, C5); undefined for other frames. */
export function loginReply(frame: Readonly<Record<string, unknown>>): LoginReply | undefined {
  const { auth, FROM, reason, REASON } = frame;
  // A message may hold any key; only the server's own frames bear no sender.
  if (typeof auth !== "string" || FROM !== undefined) return undefined;
  if (auth.toLowerCase() === "ok") return { kind: "granted" };
  return { kind: "refused", reason: String(REASON ?? reason ?? auth) };
}

/** The session id of a greeting (K1) or of a login reply (C4). */
export function sessionId({ SID, FROM }: Readonly<Record<string, unknown>>): number | undefined {
  return typeof SID === "number" && FROM === undefined ? SID : undefined;
}
