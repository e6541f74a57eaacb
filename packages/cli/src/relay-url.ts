import type { Dialect } from "@achex/protocol";
import { UsageError } from "./failure.ts";

export interface RelayUrl {
  readonly url: string;
  readonly dialect: Dialect;
}

const SCHEMES: Readonly<Record<string, string>> = { "ws:": "ws:", "wss:": "wss:", "http:": "ws:", "https:": "wss:" };

/** Where Achex listens unless told otherwise; taken when neither scheme nor port is given. */
const USUAL_PORT = 4010;

/**
 * `ws://`, `wss://` or a page's address, or just `HOST[:PORT][/INSTANCE]`. The path tells the dialect as it does on the
 * server, `/` being classic; only a cloud port needs to be told. Throws UsageError.
 */
export function relayUrl(text: string, dialect?: Dialect): RelayUrl {
  const bare = !/^[a-z]+:\/\//i.test(text);
  let url: URL;
  try {
    url = new URL(bare ? `ws://${text}` : text);
  } catch {
    throw new UsageError(
      `${text || "an empty text"} is not an address; give one such as localhost:4010 or wss://example.org/room`,
    );
  }
  const scheme = SCHEMES[url.protocol];
  if (scheme === undefined) throw new UsageError(`${text} is not a WebSocket address; give one with ws:// or wss://`);
  url.protocol = scheme;
  // An explicit :80 is gone from url.port, being the scheme's own.
  if (bare && !/:\d+$/.test(text.split(/[/?#]/)[0] ?? "")) url.port = String(USUAL_PORT);
  url.hash = "";
  return { url: url.href, dialect: dialect ?? (url.pathname === "/" ? "classic" : "cloud") };
}
