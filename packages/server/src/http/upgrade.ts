import { type Dialect, isName, REPORTS_PARAMETER, RESUME_MARKER, ROOT_INSTANCE, SUBPROTOCOL } from "@achex/protocol";
import type { Clock } from "../clock.ts";
import type { Limits } from "../config/limits.ts";
import type { Counters } from "../metrics/counters.ts";
import type { AddressLimiter } from "../session/address-limits.ts";
import type { Endpoint } from "../session/session-state.ts";
import { originMayConnect, originRefusal } from "./origin.ts";
import { plainResponse } from "./plain-response.ts";

/** An accepted WebSocket handshake: what its path means, and the address of the client. */
export interface Handshake {
  readonly endpoint: Endpoint;
  readonly address: string;
  /** The client is about to resume a session (PROTOCOL.md R73). */
  readonly resumes?: true;
}

export interface UpgradeRequest {
  /** Its path is the instance; its query may ask for reports (PROTOCOL.md D2, F1). */
  readonly url: URL;
  readonly origin: string | null;
  /** The subprotocols the client offers, as the header has them. */
  readonly subprotocols: string | null;
  /** The client's address, without trusted proxies. */
  readonly address: string;
  readonly listener: ListenerInfo;
}

/** A port that accepts connections. */
export interface ListenerInfo {
  /** The dialect of the path `/`. */
  readonly rootDialect: Dialect;
  readonly index: number;
}

export interface UpgradeDeps {
  readonly limits: Pick<Limits, "sessions" | "nameBytes">;
  /** Origins of pages that may connect; empty allows all. See originMayConnect. */
  readonly origins: readonly string[];
  readonly addresses: AddressLimiter;
  readonly counters: Counters;
  readonly clock: Pick<Clock, "now">;
  readonly openSessions: () => number;
  /** Connections of clients: those of sessions, without the sessions that are away, and those that have no session yet. */
  readonly openConnections: () => number;
  /** Number of sessions for which there are file handles; undefined if unknown. */
  readonly sessionsThatFit: number | undefined;
  readonly stopping: () => boolean;
}

/** Without a regular expression, which would take quadratic time for many slashes followed by something else. */
function withoutOuterSlashes(path: string): string {
  let start = 0;
  let end = path.length;
  while (path[start] === "/") start++;
  while (end > start && path[end - 1] === "/") end--;
  return path.slice(start, end);
}

/** `/` is the root instance in the port's own dialect, `/name` an instance in the cloud dialect (PROTOCOL.md D1..D3). */
export function endpointOf(
  path: string,
  { rootDialect, index }: ListenerInfo,
  nameBytes: number,
): Endpoint | undefined {
  let name: string;
  try {
    name = withoutOuterSlashes(decodeURIComponent(path));
  } catch {
    return undefined;
  }
  if (name === "") return { dialect: rootDialect, instance: ROOT_INSTANCE, listenerIndex: index };
  return isName(name, nameBytes) ? { dialect: "cloud", instance: name, listenerIndex: index } : undefined;
}

/** Checks a WebSocket handshake. Returns the accepted handshake, or the response that rejects it (PROTOCOL.md L1). */
export function decideUpgrade(deps: UpgradeDeps, request: UpgradeRequest): Handshake | Response {
  const { limits, addresses, counters } = deps;
  const refuse = (why: string, status: number, text: string) => {
    counters.refusedConnection(why);
    return plainResponse(status, text);
  };
  if (deps.stopping()) return refuse("stopping", 503, "The server is stopping. Connect again in a few seconds.");
  const place = endpointOf(request.url.pathname, request.listener, limits.nameBytes);
  if (!place) {
    return refuse(
      "bad-instance",
      400,
      `The path is not an instance name: 1 to ${limits.nameBytes} bytes, no control characters. Use a different path.`,
    );
  }
  if (!originMayConnect(request.origin, deps.origins)) {
    return refuse("origin", 403, originRefusal(request.origin ?? ""));
  }
  const offered = request.subprotocols?.split(",").map((one) => one.trim()) ?? [];
  // A client that offers the subprotocol of achex.2 speaks it on any path; the path then only names the instance.
  const isAchex2 = offered.includes(SUBPROTOCOL);
  const resumes = isAchex2 && offered.includes(RESUME_MARKER);
  if (!resumes && limits.sessions > 0 && deps.openSessions() >= limits.sessions) {
    return refuse(
      "sessions",
      503,
      `The server has reached its limit of ${limits.sessions} sessions (--max-sessions). Try again later.`,
    );
  }
  if (deps.sessionsThatFit !== undefined && deps.openConnections() >= deps.sessionsThatFit) {
    return refuse("file-handles", 503, "The server has no file handles left for another session. Try again later.");
  }
  const wait = Math.ceil(addresses.floodPenalty(request.address, deps.clock.now()) / 1000);
  if (wait > 0) {
    return refuse(
      "flooding",
      429,
      `Your address was disconnected because it sent far more than the limits allow. Wait ${wait} s, send more slowly, then connect again.`,
    );
  }
  const excess = addresses.exceededLimit(request.address, resumes);
  if (excess)
    return refuse(
      excess,
      429,
      `Your address has as many connections as --max-${excess} allows. Close some, or try again later.`,
    );
  const endpoint: Endpoint = {
    ...place,
    ...(isAchex2 ? { dialect: SUBPROTOCOL } : {}),
    ...(request.url.searchParams.has(REPORTS_PARAMETER) ? { reports: true } : {}),
  };
  return { endpoint, address: request.address, ...(resumes ? { resumes } : {}) };
}
