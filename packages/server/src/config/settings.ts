import { clustering } from "./cluster.ts";
import { keepOption } from "./keep-rules.ts";
import { frameLimits, keepLimits, readLimits, resumeLimits, sessionLimits } from "./limits.ts";
import { isNetwork, isOrigin } from "./network.ts";
import { choice, count, list, type Option, port, text } from "./options.ts";

/** Returns the value of an option, from wherever the caller reads it. */
type Read = <Value>(option: Option<Value>) => Value;

const listening = (read: Read) => ({
  port: read(
    port("port", 4010, {
      help: "port for devices and pages: classic on /, cloud on /<instance>",
      why: "the port that existing programs use; never encrypted, because many boards have no TLS",
    }),
  ),
  host: read(
    text("host", "127.0.0.1", {
      placeholder: "ADDRESS",
      help: "address to listen on; 0.0.0.0 lets other machines connect",
      why: "the network cannot reach the relay until you allow it",
    }),
  ),
  cloudPort: read(
    port("cloud-port", undefined, {
      help: "second port, where the path / selects the cloud dialect",
      why: "many cloud clients connect without a path and cannot be changed",
    }),
  ),
  tlsPort: read(
    port("tls-port", 4443, {
      help: "port for wss:// and https:// once a certificate is given",
      why: "pages on https can only use wss://, while devices keep the plain port",
    }),
  ),
  tlsCert: read(
    text("tls-cert", undefined, {
      placeholder: "FILE",
      help: "certificate chain in PEM; the cloud port then uses TLS as well",
      why: "without one, use a reverse proxy for encryption",
    }),
  ),
  tlsKey: read(
    text("tls-key", undefined, {
      placeholder: "FILE",
      help: "private key of the certificate in PEM",
      why: "required with --tls-cert",
    }),
  ),
});

const access = (read: Read) => ({
  auth: read(
    choice("auth", ["open", "claim", "accounts"], "open", {
      help: "which names and passwords are accepted",
      why: "existing programs share names and invent passwords; stricter modes would lock them out",
    }),
  ),
  claimTtl: read(
    count("claim-ttl", 600, {
      unit: "SECONDS",
      off: "until that session ends",
      help: "how long a name stays claimed after its last session has ended",
      why: "longer than a reboot or a network failure, short enough to free abandoned names",
    }),
  ),
  reserve: read(
    list("reserve", {
      placeholder: "PATTERN",
      help: "names that users cannot take, such as 'calc-*'",
      why: "reserves a group of names for services",
      fits: () => true,
      allowed: "name patterns in which * matches any text",
    }),
  ),
  lookalikes: read(
    choice("lookalikes", ["refuse", "allow"], "refuse", {
      help: "whether users can take names that look like a service's name or a reserved name",
      why: "people would mistake CALC, or calc with a Cyrillic letter, for calc; all other names remain available",
    }),
  ),
  origins: read(
    list("origins", {
      placeholder: "ORIGIN",
      help: "pages that may connect, such as https://example.org; none = all",
      why: "keeps pages of other sites out; programs, boards and apps send no Origin, or one without http, and can always connect",
      fits: isOrigin,
      allowed: "origins such as https://example.org, without a path, or null",
    }),
  ),
  trustProxy: read(
    list("trust-proxy", {
      placeholder: "ADDRESS",
      help: "proxies (addresses or CIDR blocks) whose X-Forwarded-For is trusted",
      why: "any client can send that header; trusting it from everyone would defeat the limits per address",
      fits: isNetwork,
      allowed: "IP addresses or CIDR blocks such as 10.0.0.0/8",
    }),
  ),
});

const operation = (read: Read) => ({
  data: read(
    text("data", "./data", {
      placeholder: "FOLDER",
      help: "folder for accounts, the last session id, and sessions during a restart",
      why: "all data that must survive a restart is in one place",
    }),
  ),
  drain: read(
    count("drain", 5, {
      unit: "SECONDS",
      off: "at once",
      help: "time over which sessions that cannot be resumed are closed when the relay stops",
      why: "clients that are disconnected all at once also reconnect all at once",
    }),
  ),
  log: read(
    choice("log", ["pretty", "json"], "pretty", {
      help: "format of the log lines",
      why: "pretty is for terminals, json for log collectors",
    }),
  ),
  logLevel: read(
    choice("log-level", ["debug", "info", "warning", "error"], "info", {
      help: "lowest level to log",
      why: "at this level nothing is logged per message or per session",
    }),
  ),
});

const keeping = (read: Read) => ({
  keep: read(keepOption),
  keepSync: read(
    choice("keep-sync", ["normal", "full"], "normal", {
      help: "what a confirmed message to a kept channel survives: normal = the end of the relay, full = also a power failure",
      why: "waiting for the disk makes confirmations slower; after a power failure, normal may lose the last seconds",
    }),
  ),
});

/** The value of every setting. */
export const settings = (read: Read) => ({
  ...listening(read),
  ...access(read),
  limits: readLimits(read),
  ...keeping(read),
  ...operation(read),
  ...clustering(read),
});

export type Config = Readonly<ReturnType<typeof settings>>;

function optionsOf(part: (read: Read) => unknown): readonly Option[] {
  const options: Option[] = [];
  part((option) => {
    options.push(option);
    return option.fallback;
  });
  return options;
}

/** The options grouped by topic, in the order of the help and docs/operating.md. */
export const groups: readonly { readonly title: string; readonly options: readonly Option[] }[] = [
  { title: "Listening", options: optionsOf(listening) },
  { title: "Access", options: optionsOf(access) },
  { title: "Frame limits", options: Object.values(frameLimits).map(({ option }) => option) },
  { title: "Session limits", options: Object.values(sessionLimits).map(({ option }) => option) },
  { title: "Resume limits", options: Object.values(resumeLimits).map(({ option }) => option) },
  {
    title: "Kept channels",
    options: [...optionsOf(keeping), ...Object.values(keepLimits).map(({ option }) => option)],
  },
  { title: "Operation", options: optionsOf(operation) },
  { title: "Cluster", options: optionsOf(clustering) },
];

export const options: readonly Option[] = groups.flatMap((group) => group.options);
