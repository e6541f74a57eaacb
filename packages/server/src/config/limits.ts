import { achex2Limits, defaultParseLimits } from "@achex/protocol";
import { bytes, count, diskBytes, type Option } from "./options.ts";

const MIB = 1024 ** 2;

/** A limit that an operator sets; what it limits and why is in its option. */
export interface LimitDefinition {
  readonly option: Option<number>;
  /** What happens beyond it, and the rule of PROTOCOL.md. */
  readonly beyond: string;
  /** Its key in the `limits` of `$hello` (PROTOCOL.md R5). Limits without a key are not sent to clients. */
  readonly hello?: string;
}

/**
 * Every limit, declared once. Configuration, help, `$hello`, docs/operating.md and the table in PROTOCOL.md derive from here;
 * what enforces a limit reads it from the one `Limits` object by the name it has here. `0` is no limit.
 */
export const frameLimits = {
  frameBytes: {
    option: bytes("max-frame", MIB, {
      help: "bytes per frame",
      why: "base64 files and session descriptions exceed 64 KiB; one frame can cost this much memory",
    }),
    beyond: "the connection is closed with 1009 (L4)",
    hello: "frame",
  },
  framesPerSecond: {
    option: count("max-frames-per-second", 500, {
      help: "frames a session may send per second; twice that in a burst",
      why: "several times what a game at 60 frames per second sends",
    }),
    beyond: "frames wait in the session's queue (L2)",
    hello: "framesPerSecond",
  },
  bytesPerSecond: {
    option: bytes("max-bytes-per-second", 8 * MIB, {
      help: "bytes a session may send per second; twice that in a burst",
      why: "fast enough for file transfers on a good connection, and one sender cannot fill the connections of others",
    }),
    beyond: "frames wait in the session's queue (L2)",
    hello: "bytesPerSecond",
  },
  deliveredBytesPerSecond: {
    option: bytes("max-delivered-bytes-per-second", 24 * MIB, {
      help: "bytes delivered per second on behalf of a session, plus 1 KiB per delivery; twice that in a burst",
      why: "allows 100 members at 60 messages per second, or 10,000 members once per second; a few senders to a large group cannot use up the whole machine",
    }),
    beyond: "frames wait in the session's queue (L2)",
    hello: "deliveredBytesPerSecond",
  },
  nameBytes: {
    option: bytes("max-name", defaultParseLimits.nameBytes, {
      help: "UTF-8 bytes per name",
      why: "each delivered message contains the sender's name, and small boards have buffers of 256 bytes",
    }),
    beyond: "rejected: `bad-name`, `bad-target` (N1)",
    hello: "name",
  },
  depth: {
    option: count("max-depth", defaultParseLimits.depth, {
      help: "nesting depth of the JSON in a frame",
      why: "some receivers cannot parse deeper JSON",
    }),
    beyond: "rejected: `too-deep` (L6)",
    hello: "depth",
  },
  targets: {
    option: count("max-targets", defaultParseLimits.targets, {
      help: "targets per message",
      why: "a frame with a list of targets becomes one message per target",
    }),
    beyond: "rejected: `too-many-targets` (M3)",
    hello: "targets",
  },
} as const satisfies Readonly<Record<string, LimitDefinition>>;

export const sessionLimits = {
  backlogBytes: {
    option: bytes("max-backlog", 4 * MIB, {
      help: "bytes that may wait to be sent to a slow reader",
      why: "a client that stops reading must not use up memory; four frames of the maximum size fit",
    }),
    beyond: "its connection is closed (L5)",
    hello: "backlog",
  },
  totalBacklogBytes: {
    option: bytes("max-total-backlog", 256 * MIB, {
      help: "bytes that may wait to be sent to all slow readers together",
      why: "many clients that stop reading must not use up the memory; those with the largest backlogs are disconnected first",
    }),
    beyond: "the sessions with the largest backlogs are disconnected (L5)",
  },
  queuedBytes: {
    option: bytes("max-queue", MIB, {
      help: "bytes of a session's frames that may wait for a login or for the session's rate",
      why: "a burst of 5,000 small frames is delayed but not lost; waiting frames use memory",
    }),
    beyond: "rejected: `queue-full`, `delivery-rate` (L3)",
    hello: "queue",
  },
  totalQueuedBytes: {
    option: bytes("max-total-queue", 256 * MIB, {
      help: "bytes of frames that may wait in all sessions together",
      why: "a thousand sessions with full queues must not use up the memory",
    }),
    beyond: "rejected: `queue-full` (L3)",
  },
  sessions: {
    option: count("max-sessions", 100_000, {
      help: "sessions in total",
      why: "prevents a flood of connections from using up memory and file handles (see LimitNOFILE below)",
    }),
    beyond: "HTTP 503 (L1)",
  },
  sessionsPerAddress: {
    option: count("max-sessions-per-address", 1_000, {
      help: "sessions per address; loopback is exempt",
      why: "enough for a school behind one address, too few for a runaway script",
    }),
    beyond: "HTTP 429 (L1)",
  },
  unnamedPerAddress: {
    option: count("max-unnamed-per-address", 100, {
      help: "sessions per address that have not logged in; loopback is exempt",
      why: "clients log in immediately; connections that never log in are usually scanners",
    }),
    beyond: "HTTP 429 (L1)",
  },
  channels: {
    option: count("max-channels", 100, {
      help: "hubs and broadcasts one session may be in",
      why: "each uses memory, and leaving notifies its members",
    }),
    beyond: "rejected: `too-many-channels` (C7a)",
    hello: "channels",
  },
  totalStateBytes: {
    option: bytes("max-total-state", 256 * MIB, {
      help: "bytes of the states of all rooms together",
      why: "thousands of full rooms must not use up the memory",
    }),
    beyond: "rejected: `state-full` (R107)",
  },
  pingAfterSeconds: {
    option: count("ping-after", 25, {
      unit: "SECONDS",
      off: "never",
      help: "seconds of silence before the server sends a ping",
      why: "some routers drop a silent connection after 30 s",
    }),
    beyond: "the server pings (H1)",
  },
  deadAfterSeconds: {
    option: count("dead-after", 20, {
      unit: "SECONDS",
      off: "never",
      help: "seconds without an answer to that ping",
      why: "a phone that changes cells is silent for some seconds; a dead connection is detected within 45 s",
    }),
    beyond: "the connection is closed (H1)",
  },
} as const satisfies Readonly<Record<string, LimitDefinition>>;

/** What a session may hold so that its connection can drop (PROTOCOL.md R81). */
export const resumeLimits = {
  resumeSeconds: {
    option: count("resume-window", 120, {
      unit: "SECONDS",
      off: "sessions end with their connection",
      help: "seconds a session of achex.2 outlives its connection",
      why: "covers a tunnel, a change of networks or a restart of the server; names and places stay taken for as long",
    }),
    beyond: "the session ends (R75)",
    hello: "resumeWindow",
  },
  resumeFrames: {
    option: count("max-resume-frames", 16_384, {
      help: "unacknowledged frames held per session for a resume",
      why: "two minutes of 100 messages per second, and some reserve",
    }),
    beyond: "the oldest are forgotten; a resume that needs them fails with `resume-gap` (R81)",
    hello: "resumeFrames",
  },
  resumeBytes: {
    option: bytes("max-resume-bytes", 8 * MIB, {
      help: "bytes of unacknowledged frames held per session for a resume",
      why: "more than a slow reader's backlog, so a connection that is dropped as too slow can be resumed",
    }),
    beyond: "the oldest are forgotten; a resume that needs them fails with `resume-gap` (R81)",
    hello: "resumeBytes",
  },
  totalResumeBytes: {
    option: bytes("max-resume-total", 256 * MIB, {
      help: "bytes of unacknowledged frames held for all sessions together",
      why: "many clients that do not come back must not use up the memory; a message to many sessions is held once",
    }),
    beyond: "the sessions that hold most forget their oldest frames (R81)",
  },
} as const satisfies Readonly<Record<string, LimitDefinition>>;

/** How much is stored for kept channels, besides what each rule says (PROTOCOL.md R141, R147). */
export const keepLimits = {
  keptChannels: {
    option: count("max-kept-channels", 10_000, {
      help: "kept channels, and as many rooms whose state is kept",
      why: "clients choose the names of channels; without a limit they could fill the disk with them",
    }),
    beyond: "rejected: `keep-full` (R141)",
  },
  keepDiskBytes: {
    option: diskBytes("max-keep-disk", 10 * 1024 * MIB, {
      help: "bytes on disk of all kept channels and rooms together",
      why: "ten thousand channels of 10 MiB each would be 100 GB",
    }),
    beyond: "rejected: `keep-full` (R141)",
  },
  keepQueueBytes: {
    option: bytes("max-keep-queue", 32 * MIB, {
      help: "bytes of messages that may wait to be stored",
      why: "a disk that is slower than the senders must not use up the memory",
    }),
    beyond: "rejected: `keep-busy` (R141)",
  },
} as const satisfies Readonly<Record<string, LimitDefinition>>;

const groups = { ...frameLimits, ...sessionLimits, ...resumeLimits, ...keepLimits };

/** The limits in force by name; 0 means no limit. Created once, from the configuration. */
export type Limits = { readonly [Name in keyof typeof groups]: number };

export const limitDefinitions: ReadonlyMap<string, LimitDefinition> = new Map(Object.entries(groups));

/** The limits, each as `read` gives the value of its option. */
export function readLimits(read: (option: Option<number>) => number): Limits {
  const values = Object.entries(groups).map(([name, { option }]) => [name, read(option)]);
  // Its keys are those of the groups, which fromEntries cannot tell.
  return Object.fromEntries(values) as Limits;
}

/** A limit that is the same on every server; its key in `$hello` is its name. */
interface FixedLimit {
  readonly value: number;
  readonly help: string;
  readonly beyond: string;
}

export const fixedLimits = {
  watches: {
    value: achex2Limits.watches,
    help: "names a session may watch",
    beyond: "rejected: `too-many-watches` (R25)",
  },
  attributes: {
    value: achex2Limits.attributes,
    help: "attributes per member",
    beyond: "rejected: `bad-attributes` (R22)",
  },
  calls: { value: achex2Limits.calls, help: "open calls per session", beyond: "rejected: `too-many-calls` (R35)" },
  incomingCalls: {
    value: achex2Limits.incomingCalls,
    help: "open calls to a session",
    beyond: "rejected: `callee-busy` (R35)",
  },
  roster: { value: achex2Limits.roster, help: "members per roster or page", beyond: "counts and pages (R23)" },
  stateKeys: {
    value: achex2Limits.stateKeys,
    help: "keys in the state of a room",
    beyond: "rejected: `state-full` (R107)",
  },
  stateKey: { value: achex2Limits.stateKey, help: "UTF-8 bytes per key", beyond: "rejected: `bad-state` (R107)" },
  stateValue: {
    value: achex2Limits.stateValue,
    help: "bytes per value, as JSON",
    beyond: "rejected: `bad-state` (R107)",
  },
  stateBytes: {
    value: achex2Limits.stateBytes,
    help: "bytes of all keys and values of a room",
    beyond: "rejected: `state-full` (R107)",
  },
} as const satisfies Readonly<Record<keyof typeof achex2Limits, FixedLimit>>;

/** `limits` of `$hello` (PROTOCOL.md R5). */
export function helloLimits(limits: Limits): Readonly<Record<string, number>> {
  const announced: Record<string, number> = {};
  for (const [name, value] of Object.entries(limits)) {
    const key = limitDefinitions.get(name)?.hello;
    if (key !== undefined) announced[key] = value;
  }
  return { ...announced, ...achex2Limits };
}
