import { isIP } from "node:net";
import { ConfigError } from "../config/layers.ts";
import { failureText } from "../log/log-text.ts";

export interface ListenAttempt {
  readonly host: string;
  readonly port: number;
  /** The flag that names the port. */
  readonly flag: string;
}

const notLocalAddress = (host: string) =>
  new ConfigError(
    `${host} is not an address of this machine; choose one of its addresses with --host, or 0.0.0.0 for all`,
  );

/** Why a port could not be opened, and what to do about it, in one line. */
export function listenError(error: unknown, { host, port, flag }: ListenAttempt): ConfigError {
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "EADDRINUSE":
      return new ConfigError(`port ${port} is in use by another program; stop it or choose another with ${flag}`);
    case "EADDRNOTAVAIL":
    case "EINVAL":
      return notLocalAddress(host);
    case "EACCES":
    case "EPERM":
      return new ConfigError(
        `port ${port} requires more privileges than this user has; choose one above 1023 with ${flag}`,
      );
    default:
      // For a host name that does not resolve, Bun reports an unrelated error.
      if (isIP(host) === 0) return notLocalAddress(host);
      return new ConfigError(`cannot listen on ${host}, port ${port}: ${failureText(error)}`);
  }
}
