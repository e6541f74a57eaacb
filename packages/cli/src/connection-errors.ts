import { Fault } from "@achex/client";
import { Failure } from "./failure.ts";

const detailsOf = (event: Event): { message: string; code: unknown } => {
  const message = "message" in event ? String(event.message) : "";
  const { error } = { error: undefined, ...("error" in event ? { error: event.error } : {}) };
  return { message, code: error instanceof Error && "code" in error ? error.code : undefined };
};

function refused(url: string, status: number): string {
  if (status === 400) return `${url} rejected the connection (HTTP 400): its path is not a valid instance name`;
  if (status === 403) return `${url} rejected the connection (HTTP 403): this origin is not allowed`;
  if (status === 429) return `${url} rejected the connection (HTTP 429): too many connections from this address`;
  if (status === 503)
    return `${url} rejected the connection (HTTP 503): the server is full or stopping; try again later`;
  return `${url} is not a WebSocket server: it answered with HTTP ${status}`;
}

/** Why a WebSocket could not be opened, in one line that says what to try. */
export function connectError(url: string, event: Event): Failure {
  const { message, code } = detailsOf(event);
  const status = /status code: (\d+)/.exec(message)?.[1];
  if (status) return new Failure(refused(url, Number(status)));
  if (code === "ECONNREFUSED") return new Failure(`nothing is listening at ${url}; is the relay running?`);
  if (code === "ENOTFOUND") return new Failure(`the host in ${url} is unknown; check its name`);
  const tls = /TLS handshake failed: (.*)/.exec(message)?.[1];
  if (tls?.includes("WRONG_VERSION_NUMBER")) return new Failure(`${url} does not speak TLS; try ws:// instead`);
  if (tls) {
    return new Failure(`the certificate of ${url} is not trusted: ${tls}; to trust it, set NODE_EXTRA_CA_CERTS=FILE`);
  }
  if (url.startsWith("ws:") && (code === "ECONNRESET" || code === "HPE_INVALID_CONSTANT")) {
    return new Failure(`${url} is not a WebSocket server, or accepts only TLS; if so, try wss:// instead`);
  }
  if (message.includes("closed before the connection")) return new Failure(`${url} did not answer in time`);
  return new Failure(`cannot connect to ${url}: ${message.replace(/^.*failed: /, "") || "no reason given"}`);
}

/** The WebSocket API's code for a connection that ended without a closing frame. */
const ABNORMAL_CLOSURE = 1006;

/** Why an open connection is over, in one line. */
export function closeReason(code: number, reason: string): string {
  if (code === ABNORMAL_CLOSURE)
    return "the connection was lost without a close frame (1006): the server or the network is down";
  return `the server closed the connection: ${code}${reason ? ` ${reason}` : ""}`;
}

/** Turns a fault into one line for the person at the terminal. */
export const failing = (what: string) => (error: unknown) => {
  throw error instanceof Fault ? new Failure(`${what}: ${error.message} ${error.remedy}`.trim()) : error;
};
