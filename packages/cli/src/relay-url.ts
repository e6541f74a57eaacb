import type { Dialect } from "@achex/protocol";
import { UsageError } from "./failure.ts";

export interface RelayUrl {
  readonly url: string;
  readonly dialect: Dialect;
}

const SCHEMES: Readonly<Record<string, string>> = { "ws:": "ws:", "wss:": "wss:", "http:": "ws:", "https:": "wss:" };

/** The default port of Achex, used if neither a scheme nor a port is given. */
const USUAL_PORT = 4010;

/**
 * Accepts `ws://`, `wss://`, the address of a page, or just `HOST[:PORT][/INSTANCE]`. As on the server, the path selects the
 * dialect, and `/` is classic; only a cloud port must be given explicitly. Throws UsageError.
 */
export function relayUrl(text: string, dialect?: Dialect): RelayUrl {
  const bare = !/^[a-z]+:\/\//i.test(text);
  let url: URL;
  try {
    url = new URL(bare ? `ws://${text}` : text);
  } catch {
    throw new UsageError(
      `${text || "an empty text"} is not an address; use one such as localhost:4010 or wss://example.org/room`,
    );
  }
  const scheme = SCHEMES[url.protocol];
  if (scheme === undefined) throw new UsageError(`${text} is not a WebSocket address; use one with ws:// or wss://`);
  url.protocol = scheme;
  // url.port omits the scheme's default port, even if it was given explicitly.
  if (bare && !/:\d+$/.test(text.split(/[/?#]/)[0] ?? "")) url.port = String(USUAL_PORT);
  url.hash = "";
  return { url: url.href, dialect: dialect ?? (url.pathname === "/" ? "classic" : "cloud") };
}
