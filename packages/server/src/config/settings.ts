import { defaultParseLimits } from "@achex/protocol";
import { bytes, choice, count, isNetwork, isOrigin, list, type Option, port, words } from "./options.ts";

/** Returns the value of an option, from wherever the caller reads it. */
type Read = <Value>(option: Option<Value>) => Value;

const MIB = 1024 ** 2;

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
      why: "programs in the wild share names and make passwords up: anything stricter would lock them out",
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

const frameLimits = (read: Read) => ({
  maxFrame: read(
    bytes("max-frame", MIB, {
      help: "largest frame; a larger one closes with 1009",
      why: "base64 files and session descriptions pass 64 KiB; one frame can cost this much memory",
    }),
  ),
  maxFramesPerSecond: read(
    count("max-frames-per-second", 500, {
      help: "frames a session may send per second, twice that in a burst",
      why: "several times what a game at 60 frames a second sends; what is over is dropped and counted",
    }),
  ),
  maxBytesPerSecond: read(
    bytes("max-bytes-per-second", 8 * MIB, {
      help: "bytes a session may send per second, twice that in a burst",
      why: "a file goes through at the pace of a good line, one sender does not fill everybody's",
    }),
  ),
  maxDeliveredBytesPerSecond: read(
    bytes("max-delivered-bytes-per-second", 24 * MIB, {
      help: "bytes a session's messages may be delivered as per second, each delivery counted as 1 KiB more; twice that in a burst",
      why: "100 members at 60 messages a second, or 10,000 members once a second, pass freely; a few senders to a crowd cannot take the whole machine",
    }),
  ),
  maxName: read(
    bytes("max-name", defaultParseLimits.nameBytes, {
      help: "UTF-8 bytes of a name",
      why: "each delivered message carries the sender's name; small boards read into 256 bytes",
    }),
  ),
  maxDepth: read(
    count("max-depth", defaultParseLimits.depth, {
      help: "nesting of the JSON in a frame",
      why: "deeper JSON breaks the parsers of receivers, not ours",
    }),
  ),
  maxTargets: read(
    count("max-targets", defaultParseLimits.targets, {
      help: "targets of one frame",
      why: "one frame with a list is that many messages out",
    }),
  ),
});

const sessionLimits = (read: Read) => ({
  maxBacklog: read(
    bytes("max-backlog", 4 * MIB, {
      help: "bytes that may wait for a slow reader until it is closed",
      why: "a reader that stopped must not hold the server's memory; four frames of the largest size fit",
    }),
  ),
  maxQueue: read(
    bytes("max-queue", MIB, {
      help: "bytes of a session's frames that may wait: for its login, or because it sends faster than its rate",
      why: "a burst of 5,000 small frames arrives complete, only later; what waits costs memory",
    }),
  ),
  maxTotalQueue: read(
    bytes("max-total-queue", 256 * MIB, {
      help: "bytes of frames that may wait in all sessions together",
      why: "a thousand sessions that fill their queues must not use up the memory",
    }),
  ),
  maxSessions: read(
    count("max-sessions", 100_000, {
      help: "sessions in all",
      why: "keeps a storm of connections from using up memory and file handles (see LimitNOFILE below)",
    }),
  ),
  maxSessionsPerAddress: read(
    count("max-sessions-per-address", 1_000, {
      help: "sessions of one address, loopback exempt",
      why: "a whole school behind one address fits, one runaway script does not",
    }),
  ),
  maxUnnamedPerAddress: read(
    count("max-unnamed-per-address", 100, {
      help: "sessions of one address that have not logged in, loopback exempt",
      why: "clients log in at once; connections that never do are scanners",
    }),
  ),
  maxChannels: read(
    count("max-channels", 100, {
      help: "hubs and broadcasts one session may be in",
      why: "each costs memory, and leaving tells its members",
    }),
  ),
  pingAfter: read(
    count("ping-after", 25, {
      unit: "SECONDS",
      off: "never",
      help: "silence after which the server pings",
      why: "routers forget a silent connection after 30 s at worst",
    }),
  ),
  deadAfter: read(
    count("dead-after", 20, {
      unit: "SECONDS",
      off: "never",
      help: "silence after that ping which ends the connection",
      why: "a phone between two cells is silent for some seconds; a vanished peer is found within 45 s",
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
  ...frameLimits(read),
  ...sessionLimits(read),
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
  { title: "Limits of a frame", options: optionsOf(frameLimits) },
  { title: "Limits of a session", options: optionsOf(sessionLimits) },
  { title: "Operation", options: optionsOf(operation) },
];

export const options: readonly Option[] = groups.flatMap((group) => group.options);
