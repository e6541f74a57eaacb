import { type Dialect, isJsonObject, type JsonObject } from "@achex/protocol";

/** Where a client connects and under which name. The password is kept separately: it is never stored or shared. */
export interface Setup {
  /** `ws://host:port` or `wss://host:port`; without a scheme, the scheme of the page applies. */
  readonly server: string;
  readonly path: string;
  readonly dialect: Dialect;
  /** WebSocket subprotocols to request, separated by commas. The subprotocol of the dialect is added automatically. */
  readonly protocol: string;
  /** Name to log in with after connecting; empty for no login. */
  readonly name: string;
  /** Asks the server to report what becomes of each frame (PROTOCOL.md F1). */
  readonly reports: boolean;
  /** In achex.2: makes each session resumable (PROTOCOL.md R70). */
  readonly resume: boolean;
}

export const dialects: readonly Dialect[] = ["classic", "cloud", "achex.2"];

/** Maximum length of one field in a stored or shared setup, in UTF-16 units. */
const MAX_UNITS = 512;

const textIn = (fields: JsonObject, key: string, otherwise: string): string => {
  const value = fields[key];
  return typeof value === "string" && value.length <= MAX_UNITS ? value : otherwise;
};

export const defaultSetup = (server: string, name: string): Setup => ({
  server,
  path: "/",
  dialect: "classic",
  protocol: "",
  name,
  reports: true,
  resume: false,
});

/** Validates a setup from storage or a link; undefined if it is not a setup. */
export function setupFrom(value: unknown, server: string): Setup | undefined {
  if (!isJsonObject(value)) return undefined;
  const dialect = dialects.find((one) => one === (value.dialect ?? "classic"));
  if (dialect === undefined) return undefined;
  return {
    server: textIn(value, "server", server),
    path: textIn(value, "path", "/"),
    dialect,
    protocol: textIn(value, "protocol", ""),
    name: textIn(value, "name", ""),
    reports: value.reports !== false,
    resume: value.resume === true,
  };
}

/**
 * The form that is stored and shared. It omits the page's own server, which may have another address elsewhere, and all
 * default values: a short link makes a QR code that is easy to scan.
 */
export function compactSetup(
  { server, path, dialect, protocol, name, reports, resume }: Setup,
  own: string,
): Partial<Setup> {
  // Field by field, so that no other property leaks into a link.
  return {
    ...(server === own ? {} : { server }),
    ...(path === "/" ? {} : { path }),
    ...(dialect === "classic" ? {} : { dialect }),
    ...(protocol === "" ? {} : { protocol }),
    ...(name === "" ? {} : { name }),
    ...(reports ? {} : { reports }),
    ...(resume ? { resume } : {}),
  };
}

/** Sets the dialect, and a path that selects it on the main port (PROTOCOL.md D1). */
export function setDialect(setup: Setup, dialect: Dialect): Setup {
  if (dialect === "classic") return { ...setup, dialect, path: "/" };
  if (dialect === "cloud" && isRoot(setup.path)) return { ...setup, dialect, path: "/hall" };
  return { ...setup, dialect };
}

/** Sets the path and the dialect that follows from it; achex.2 works on any path (PROTOCOL.md R1). */
export function setPath(setup: Setup, path: string): Setup {
  if (setup.dialect === "achex.2") return { ...setup, path };
  return { ...setup, path, dialect: isRoot(path) ? setup.dialect : "cloud" };
}

/** Whether a path means the root instance. */
export const isRoot = (path: string): boolean => /^\/*$/.test(path.trim().replace(/\?.*$/, ""));
