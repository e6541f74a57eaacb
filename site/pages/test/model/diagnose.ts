/** What a page can learn of an address that no WebSocket opened to: whether anything answers plain HTTP there. */
export type Probe = (url: string) => Promise<"answers" | "silent">;

const PATIENCE = 3_000;

/** An opaque answer is enough: it cannot be read, but it says that somebody is there. */
export const probe: Probe = async (url) => {
  try {
    await fetch(url, {
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return "answers";
  } catch {
    return "silent";
  }
};

/** Why the connection was not made, and what to try; browsers keep the reason from pages, so part of it is a guess. */
export async function diagnose(url: string, ask: Probe): Promise<string> {
  const { protocol, host, hostname } = new URL(url);
  const secure = protocol === "wss:";
  const found = await ask(`${secure ? "https" : "http"}://${host}/`);
  if (found === "answers") {
    return `Something at ${host} answers plain HTTP, but it did not take the WebSocket: the wrong port, not a relay, or a path or limit it refuses.`;
  }
  if (secure) {
    return `Nothing answers at https://${host}, or its certificate is not trusted here. Open that address in a tab to see which; for a local server try ws://.`;
  }
  const local = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
  return `Nothing answers at ${host}. ${local ? "Is the server running, on this port?" : "Check host and port; a firewall may be between."}`;
}
