import { frameLimits, readLimits, sessionLimits } from "./limits.ts";
import { isNetwork, isOrigin } from "./network.ts";
import { choice, count, list, type Option, port, words } from "./options.ts";

/** Returns the value of an option, from wherever the caller reads it. */
type Read = <Value>(option: Option<Value>) => Value;

const listening = (read: Read) => ({
  port: read(
    port("port", 4010, {
      help: "port for devices and pages: classic on /, cloud on /<instance>",
      why: "the port every Achex program knows; always plain, for boards that have no TLS",
    }),
  ),
  host: read(
    words("host", "127.0.0.1", {
      placeholder: "ADDRESS",
      help: "address to listen on; 0.0.0.0 lets other machines in",
      why: "nothing is open to the network before you say so",
    }),
  ),
  cloudPort: read(
    port("cloud-port", undefined, {
      help: "a second port whose / is the cloud dialect",
      why: "many cloud clients connect without a path and cannot be told another one",
    }),
  ),
  tlsPort: read(
    port("tls-port", 4443, {
      help: "port for wss:// and https:// once a certificate is given",
      why: "pages on https may open wss:// only, while the plain port stays for devices",
    }),
  ),
  tlsCert: read(
    words("tls-cert", undefined, {
      placeholder: "FILE",
      help: "certificate chain in PEM; the cloud port then speaks TLS, too",
      why: "without one a reverse proxy has to bring the encryption",
    }),
  ),
  tlsKey: read(
    words("tls-key", undefined, {
      placeholder: "FILE",
      help: "private key of the certificate in PEM",
      why: "goes with --tls-cert",
    }),
  ),
});

const access = (read: Read) => ({
  auth: read(
    choice("auth", ["open", "claim", "accounts"], "open", {
      help: "who may log in as whom",
      why: "existing programs share names and make passwords up: anything stricter would lock them out",
    }),
  ),
  claimTtl: read(
    count("claim-ttl", 600, {
      unit: "SECONDS",
      off: "until the last one leaves",
      help: "how long a claimed name stays claimed once nobody bears it",
      why: "outlasts a reboot or a lost network, and still gives an abandoned name back",
    }),
  ),
  reserve: read(
    list("reserve", {
      placeholder: "PATTERN",
      help: "names refused to users, such as 'calc-*'",
      why: "keeps a family of names for services",
      fits: () => true,
      allowed: "name patterns in which * stands for any text",
    }),
  ),
  lookalikes: read(
    choice("lookalikes", ["refuse", "allow"], "refuse", {
      help: "whether users may take names that look like a service's or a reserved one",
      why: "CALC, or calc with a Cyrillic letter, would be taken for calc; all other names stay free",
    }),
  ),
  origins: read(
    list("origins", {
      placeholder: "ORIGIN",
      help: "pages that may connect, such as https://example.org; none = all",
      why: "keeps other people's pages away; programs, boards and apps, which send no Origin or one without http, always connect",
      fits: isOrigin,
      allowed: "origins such as https://example.org, without a path, or null",
    }),
  ),
  trustProxy: read(
    list("trust-proxy", {
      placeholder: "ADDRESS",
      help: "proxies (addresses or CIDR blocks) whose X-Forwarded-For is believed",
      why: "anyone can write that header; believed from strangers it would undo every limit per address",
      fits: isNetwork,
      allowed: "IP addresses or CIDR blocks such as 10.0.0.0/8",
    }),
  ),
});

const operation = (read: Read) => ({
  data: read(
    words("data", "./data", {
      placeholder: "FOLDER",
      help: "folder for accounts and the last session id",
      why: "all that outlives a restart is in one place",
    }),
  ),
  drain: read(
    count("drain", 5, {
      unit: "SECONDS",
      off: "at once",
      help: "time over which sessions are closed when the server stops",
      why: "clients that are sent away at one moment come back at one moment",
    }),
  ),
  log: read(
    choice("log", ["pretty", "json"], "pretty", {
      help: "how log lines are written",
      why: "pretty is for a person at a terminal, json for whatever collects logs",
    }),
  ),
  logLevel: read(
    choice("log-level", ["debug", "info", "warning", "error"], "info", {
      help: "least important lines to write",
      why: "nothing is logged per message or per session at this level",
    }),
  ),
});

/** The value of every setting. */
export const settings = (read: Read) => ({
  ...listening(read),
  ...access(read),
  limits: readLimits(read),
  ...operation(read),
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
  { title: "Where it listens", options: optionsOf(listening) },
  { title: "Who may do what", options: optionsOf(access) },
  { title: "Limits of a frame", options: Object.values(frameLimits).map(({ option }) => option) },
  { title: "Limits of a session", options: Object.values(sessionLimits).map(({ option }) => option) },
  { title: "Operation", options: optionsOf(operation) },
];

export const options: readonly Option[] = groups.flatMap((group) => group.options);
