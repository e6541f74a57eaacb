import type { BusSettings } from "../bus.ts";
import { failureText } from "../log/log-text.ts";

type Destination = Pick<BusSettings, "login" | "ca" | "servers">;

/** What the errors of the library, of TLS and of the system have in common. */
interface Trouble {
  readonly name: string;
  readonly code: string;
  readonly text: string;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Error)) return { name: "", code: "", text: String(error) };
  return { name: error.name, code: codeOf(error) || codeOf(error.cause), text: error.message };
}

const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED|CERT_UNTRUSTED)/;

function loginAdvice({ user, token, seed }: BusSettings["login"]): string {
  if (seed) return "NATS rejects the nkey; add its public key to the users of NATS, or correct --cluster-nkey";
  if (user !== undefined) return "NATS rejects the user and password; correct those in --cluster";
  if (token !== undefined)
    return "NATS rejects the token; correct the one in --cluster, or write nats://user:password@host";
  return "NATS requires a login; write nats://user:password@host or nats://token@host, or name a key with --cluster-nkey";
}

/** Why NATS cannot be used, and what to do, on one line. */
export function natsFailureText(error: unknown, { login, ca, servers }: Destination): string {
  const { name, code, text } = troubleOf(error);
  const where = servers.join(" or ");
  if (name === "AuthorizationError") return loginAdvice(login);
  if (/^nkeys:/.test(text))
    return "the file of --cluster-nkey does not have the seed of an nkey of a user, which begins with SU";
  if (UNTRUSTED.test(code))
    return ca === undefined
      ? "the certificate of NATS is not trusted; name its authority with --cluster-ca"
      : "the certificate of NATS is not from the authority of --cluster-ca";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `the certificate of NATS is not for ${where}`;
  if (code === "CERT_HAS_EXPIRED") return "the certificate of NATS has expired; renew it";
  if (text === "Invalid CA") return "the certificate of --cluster-ca is malformed";
  if (text.includes("server does not support 'tls'"))
    return "NATS does not use TLS; write nats:// instead of tls://, without --cluster-ca";
  if (code === "ECONNREFUSED") return `nothing listens at ${where}; start nats-server, or correct --cluster`;
  if (code === "ENOTFOUND") return `there is no host ${where}; correct --cluster`;
  if (name === "TimeoutError") return `${where} does not answer as NATS does; is another program there?`;
  if (name === "JetStreamNotEnabled") return "NATS runs without JetStream; start nats-server with -js";
  if (/insufficient (storage )?resources|maximum bytes exceeded|no space left/.test(text))
    return `JetStream of NATS has no space left (${text}); free some, or raise its max_file_store`;
  if (/permissions violation/i.test(text))
    return `the user has not the permissions of docs/scaling.md in NATS: ${text.replace(/\s+/g, " ")}`;
  return failureText(error);
}

/** The same as an error. */
export const natsFailure = (error: unknown, settings: Destination): Error =>
  new Error(natsFailureText(error, settings), { cause: error });
