import { defaultParseLimits } from "@achex/protocol";
import { bytes, choice, count, list, type Option, port, words } from "./options.ts";

/** Every setting, in the order the help shows them. docs/operating.md lists them with their reasons. */
export const options = {
  port: port("port", 4010, "port for devices and pages: classic on /, cloud on /<instance>"),
  host: words("host", "ADDRESS", "127.0.0.1", "address to listen on; 0.0.0.0 lets other machines in"),
  cloudPort: port("cloud-port", undefined, "a second port whose / is the cloud dialect"),
  tlsPort: port("tls-port", 4443, "port for wss:// and https:// once a certificate is given"),
  tlsCert: words("tls-cert", "FILE", undefined, "certificate chain in PEM; the cloud port then speaks TLS, too"),
  tlsKey: words("tls-key", "FILE", undefined, "private key of the certificate in PEM"),
  data: words("data", "FOLDER", "./data", "folder for accounts and the last session id"),
  auth: choice("auth", ["open", "claim", "accounts"], "open", "who may log in as whom"),
  claimTtl: count("claim-ttl", 600, "how long a claimed name stays claimed once nobody bears it", "SECONDS"),
  reserve: list("reserve", "PATTERN", "names refused to users, such as 'calc-*'"),
  origins: list("origins", "ORIGIN", "pages that may connect, such as https://example.org; none = all"),
  trustProxy: list("trust-proxy", "ADDRESS", "proxies (addresses or CIDR blocks) whose X-Forwarded-For is believed"),
  maxFrame: bytes("max-frame", 1024 ** 2, "largest frame; a larger one closes with 1009"),
  maxFramesPerSecond: count(
    "max-frames-per-second",
    500,
    "frames a session may send per second, twice that in a burst",
  ),
  maxBytesPerSecond: bytes(
    "max-bytes-per-second",
    8 * 1024 ** 2,
    "bytes a session may send per second, twice that in a burst",
  ),
  maxBacklog: bytes("max-backlog", 4 * 1024 ** 2, "bytes that may wait for a slow reader until it is closed"),
  maxQueue: bytes("max-queue", 1024 ** 2, "bytes of frames that may wait behind a session's login"),
  maxSessions: count("max-sessions", 100_000, "sessions in all"),
  maxSessionsPerAddress: count("max-sessions-per-address", 1_000, "sessions of one address, loopback exempt"),
  maxUnnamedPerAddress: count(
    "max-unnamed-per-address",
    100,
    "sessions of one address that have not logged in, loopback exempt",
  ),
  maxName: bytes("max-name", defaultParseLimits.nameBytes, "UTF-8 bytes of a name"),
  maxChannels: count("max-channels", 100, "hubs and broadcasts one session may be in"),
  maxDepth: count("max-depth", defaultParseLimits.depth, "nesting of the JSON in a frame"),
  maxTargets: count("max-targets", defaultParseLimits.targets, "targets of one frame"),
  pingAfter: count("ping-after", 25, "silence after which the server pings", "SECONDS"),
  deadAfter: count("dead-after", 20, "silence after that ping which ends the connection", "SECONDS"),
  drain: count("drain", 5, "time over which sessions are closed when the server stops", "SECONDS"),
  log: choice("log", ["pretty", "json"], "pretty", "how log lines are written"),
  logLevel: choice("log-level", ["debug", "info", "warning", "error"], "info", "least important lines to write"),
} satisfies Record<string, Option>;

type Options = typeof options;
export type Config = { readonly [Key in keyof Options]: Options[Key] extends Option<infer Value> ? Value : never };

/** A setting that cannot be; the message is one line for the person who wrote it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Settings of one origin by their name: flags without dashes, config-file keys. */
export type Settings = Readonly<Record<string, unknown>>;

export const environmentName = (name: string): string => `ACHEX_${name.toUpperCase().replaceAll("-", "_")}`;

/** The settings among environment variables. An ACHEX_ variable that is none of ours is most likely misspelt. */
export function settingsFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Settings {
  const byVariable = new Map(Object.values(options).map(({ name }) => [environmentName(name), name]));
  const settings: Record<string, string> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith("ACHEX_") || variable === "ACHEX_CONFIG" || value === undefined) continue;
    const name = byVariable.get(variable);
    if (!name) throw new ConfigError(unknownKey(`environment variable ${variable}`, variable, [...byVariable.keys()]));
    settings[name] = value;
  }
  return settings;
}

function unknownKey(what: string, key: string, known: readonly string[]): string {
  const near = known.filter((name) => name.includes(key.slice(0, 9)) || key.includes(name.slice(0, 9)));
  return `${what} is no setting; allowed: ${(near.length > 0 ? near : known).join(", ")}`;
}

const asText = (value: unknown): string | undefined => {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value.join(",") : undefined;
};

function readOption<Value>(option: Option<Value>, layers: readonly Layer[]): Value {
  for (const { origin, settings } of layers) {
    const given = settings[option.name];
    if (given === undefined) continue;
    const text = asText(given);
    const value = text === undefined ? undefined : option.read(text);
    if (value !== undefined) return value;
    throw new ConfigError(`${origin(option.name)}: ${JSON.stringify(given)} is not allowed; give ${option.allowed}`);
  }
  return option.fallback;
}

/** One origin of settings; `origin` names a setting as its writer knows it, for the error line. */
export interface Layer {
  readonly origin: (name: string) => string;
  readonly settings: Settings;
}

const names = Object.values(options).map(({ name }) => name);

/** Settings of all origins as one configuration; an earlier layer outranks a later one. Throws ConfigError. */
export function createConfig(layers: readonly Layer[] = []): Config {
  for (const { origin, settings } of layers) {
    const unknown = Object.keys(settings).find((key) => !names.includes(key));
    if (unknown !== undefined) throw new ConfigError(unknownKey(origin(unknown), unknown, names));
  }
  const read = <Value>(option: Option<Value>) => readOption(option, layers);
  const o = options;
  const config: Config = {
    port: read(o.port),
    host: read(o.host),
    cloudPort: read(o.cloudPort),
    tlsPort: read(o.tlsPort),
    tlsCert: read(o.tlsCert),
    tlsKey: read(o.tlsKey),
    data: read(o.data),
    auth: read(o.auth),
    claimTtl: read(o.claimTtl),
    reserve: read(o.reserve),
    origins: read(o.origins),
    trustProxy: read(o.trustProxy),
    maxFrame: read(o.maxFrame),
    maxFramesPerSecond: read(o.maxFramesPerSecond),
    maxBytesPerSecond: read(o.maxBytesPerSecond),
    maxBacklog: read(o.maxBacklog),
    maxQueue: read(o.maxQueue),
    maxSessions: read(o.maxSessions),
    maxSessionsPerAddress: read(o.maxSessionsPerAddress),
    maxUnnamedPerAddress: read(o.maxUnnamedPerAddress),
    maxName: read(o.maxName),
    maxChannels: read(o.maxChannels),
    maxDepth: read(o.maxDepth),
    maxTargets: read(o.maxTargets),
    pingAfter: read(o.pingAfter),
    deadAfter: read(o.deadAfter),
    drain: read(o.drain),
    log: read(o.log),
    logLevel: read(o.logLevel),
  };
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    throw new ConfigError("tls-cert and tls-key go together: give both or neither");
  }
  return config;
}
