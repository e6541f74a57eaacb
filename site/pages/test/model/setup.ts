import { type Dialect, type Fields, isFields } from "@achex/protocol";

/** What one client of the page connects to and as whom. The password is kept apart: it is never stored or shared. */
export interface Setup {
  /** `ws://host:port` or `wss://host:port`; without a scheme the page's own is meant. */
  readonly server: string;
  readonly path: string;
  readonly dialect: Dialect;
  /** WebSocket subprotocols to ask for, separated by commas; those of the dialect are added. */
  readonly protocol: string;
  /** Logged in as this on connecting; empty for not logging in. */
  readonly name: string;
}

export const dialects: readonly Dialect[] = ["classic", "cloud", "achex.2"];

/** Longest text a set-up from outside may bring in one field, in UTF-16 units. */
const MOST_UNITS = 512;

const textIn = (fields: Fields, key: string, otherwise: string): string => {
  const value = fields[key];
  return typeof value === "string" && value.length <= MOST_UNITS ? value : otherwise;
};

export const defaultSetup = (server: string, name: string): Setup => ({
  server,
  path: "/",
  dialect: "classic",
  protocol: "",
  name,
});

/** A set-up out of storage or a link, every field checked; undefined when it is none. */
export function setupFrom(value: unknown, server: string): Setup | undefined {
  if (!isFields(value)) return undefined;
  const dialect = dialects.find((one) => one === (value.dialect ?? "classic"));
  if (dialect === undefined) return undefined;
  return {
    server: textIn(value, "server", server),
    path: textIn(value, "path", "/"),
    dialect,
    protocol: textIn(value, "protocol", ""),
    name: textIn(value, "name", ""),
  };
}

/**
 * As it is kept and shared. The page's own server is left out, so that it may be reached by another name elsewhere, and so is
 * what is usual: a short link makes a QR code that is easy to read.
 */
export function packed({ server, path, dialect, protocol, name }: Setup, own: string): Partial<Setup> {
  // Field by field: a key that came along by accident must not travel.
  return {
    ...(server === own ? {} : { server }),
    ...(path === "/" ? {} : { path }),
    ...(dialect === "classic" ? {} : { dialect }),
    ...(protocol === "" ? {} : { protocol }),
    ...(name === "" ? {} : { name }),
  };
}

/** The path that goes with a dialect on the main port, when the one at hand does not (PROTOCOL.md D1). */
export function withDialect(setup: Setup, dialect: Dialect): Setup {
  if (dialect === "classic") return { ...setup, dialect, path: "/" };
  if (dialect === "cloud" && isRoot(setup.path)) return { ...setup, dialect, path: "/hall" };
  return { ...setup, dialect };
}

/** The path, and the dialect that follows from it; achex.2 is spoken on any path (PROTOCOL.md R1). */
export function withPath(setup: Setup, path: string): Setup {
  if (setup.dialect === "achex.2") return { ...setup, path };
  return { ...setup, path, dialect: isRoot(path) ? setup.dialect : "cloud" };
}

/** Whether a path names no instance. */
export const isRoot = (path: string): boolean => /^\/*$/.test(path.trim().replace(/\?.*$/, ""));
