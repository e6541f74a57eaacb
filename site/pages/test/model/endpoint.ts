import { type Dialect, isName, REPORTS_PARAMETER, SUBPROTOCOL } from "@achex/protocol";
import { isRoot, type Setup } from "./setup.ts";

export interface Endpoint {
  /** Without the query that asks for reports: people copy it for clients that do not expect them. */
  readonly url: string;
  /** The address to connect to. */
  readonly socketUrl: string;
  readonly dialect: Dialect;
  readonly protocols: readonly string[];
  /** Something the user probably does not intend; connecting is possible. */
  readonly warning: string | undefined;
}

/** A setup that cannot be used, and how to fix it. */
export interface InvalidSetup {
  readonly problem: string;
}

/** Characters allowed in a subprotocol (RFC 6455 §4.1, RFC 2616 §2.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function baseOf(server: string, secure: boolean): URL | string {
  const text = server.trim();
  if (text === "") return "Enter a server, such as localhost:4010.";
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${secure ? "wss" : "ws"}://${text}`;
  const url = URL.parse(full.replace(/^http/i, "ws"));
  // Some browsers accept a host that contains a space, and then fail to connect.
  if (!url || url.host.includes("%")) return `“${text}” is not an address. Enter host:port, such as localhost:4010.`;
  if (url.protocol !== "ws:" && url.protocol !== "wss:")
    return `A WebSocket address starts with ws:// or wss://, not ${url.protocol}//.`;
  if (url.username !== "" || url.password !== "")
    return "Browsers reject addresses that contain a user name. Use Name and Password instead.";
  if (url.pathname !== "/") return `Enter “${url.pathname}” in Path: Server is only a host and a port.`;
  return url;
}

function protocolsOf({ protocol, dialect }: Setup): string[] | string {
  const asked = protocol
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  const wrong = asked.find((one) => !TOKEN.test(one));
  if (wrong !== undefined)
    return `“${wrong}” is not a valid subprotocol. Use letters, digits and dots; separate several with commas.`;
  const all = dialect === "achex.2" ? [SUBPROTOCOL, ...asked] : asked;
  const unique = [...new Set(all)];
  return unique.length < asked.length ? "The same subprotocol is listed twice." : unique;
}

function instanceProblem(path: string): string | undefined {
  let instance: string;
  try {
    instance = decodeURIComponent(path.replace(/\?.*$/, "").replace(/^\/+|\/+$/g, ""));
  } catch {
    return "The path contains an invalid % escape. Write %25 for a literal %.";
  }
  if (instance === "" || isName(instance, 128)) return undefined;
  return "The server rejects this path with HTTP 400: an instance name has 1 to 128 bytes and no control characters (rule D2).";
}

function warningOf(setup: Setup, protocols: readonly string[]): string | undefined {
  if (setup.dialect === "classic" && protocols.includes(SUBPROTOCOL))
    return "The subprotocol achex.2 makes this an achex.2 connection (rule R1).";
  if (setup.dialect === "classic" && !isRoot(setup.path))
    return "With a path, this is a cloud connection (rule D1). Classic uses the path /.";
  if (setup.dialect === "cloud" && isRoot(setup.path))
    return "On the main port, / is classic (rule D1). Cloud with / works only on a cloud port.";
  return instanceProblem(setup.path);
}

/** The endpoint of a setup; `secure` is whether the page was loaded over TLS. */
export function endpointOf(setup: Setup, secure: boolean): Endpoint | InvalidSetup {
  const base = baseOf(setup.server, secure);
  if (typeof base === "string") return { problem: base };
  const protocols = protocolsOf(setup);
  if (typeof protocols === "string") return { problem: protocols };
  const path = setup.path.trim();
  // Not new URL(path, base), which would treat `//other.host` as another server.
  const url = `${base.protocol}//${base.host}${path.startsWith("/") ? "" : "/"}${path.replace(/#/g, "%23")}`;
  if (!URL.canParse(url)) return { problem: `“${url}” is not an address.` };
  const socketUrl = setup.reports ? `${url}${url.includes("?") ? "&" : "?"}${REPORTS_PARAMETER}` : url;
  return { url, socketUrl, dialect: setup.dialect, protocols, warning: warningOf(setup, protocols) };
}
