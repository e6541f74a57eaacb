import { isJsonObject } from "@achex/protocol";
import type { FollowedChannel } from "../engine.ts";
import type { KeptChannel, Retention } from "../keep.ts";
import { matchesGlob } from "./glob.ts";
import { type Option, readBytes } from "./options.ts";

/** Which channels are kept, and how much of them. */
export interface KeepRule {
  readonly kind: FollowedChannel["kind"];
  /** Patterns in which `*` matches any text. */
  readonly name: string;
  readonly instance: string;
  readonly retention: Retention;
  /** The messages of the channel are kept. */
  readonly keepsMessages: boolean;
  /** The state of the room is kept (PROTOCOL.md R148). */
  readonly keepsState: boolean;
}

const kinds = ["hub", "broadcast", "name"] as const satisfies readonly KeepRule["kind"][];

const SECOND = 1_000;
const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3_600 * SECOND,
  d: 86_400 * SECOND,
};

/** Milliseconds from a text such as `90s`, `12h` or `7d`; `0` means no limit. */
function readAge(text: string): number | undefined {
  if (text === "0") return 0;
  const [, digits, unit = ""] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  const milliseconds = UNITS[unit];
  return digits === undefined || milliseconds === undefined ? undefined : Number(digits) * milliseconds;
}

const readCount = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** What a channel remembers when the rule does not say. */
const DEFAULTS: Retention = { messages: 1_000, age: 7 * 86_400 * SECOND, bytes: 10 * 1024 ** 2 };

type Draft = { -readonly [Key in keyof Retention]: Retention[Key] } & { instance: string; state: StateChoice };

/** Whether the state of a room is kept, or nothing but the state. */
type StateChoice = "true" | "false" | "only";
const stateChoices = ["true", "false", "only"] as const satisfies readonly StateChoice[];

/** Reads one part of a rule into the draft; false when it is not allowed. */
function readPart(draft: Draft, part: string): boolean {
  const [key, encodedValue = ""] = part.split("=", 2);
  const value = decoded(encodedValue) ?? "";
  const put = <Key extends keyof Draft>(name: Key, read: Draft[Key] | undefined): boolean => {
    if (read === undefined) return false;
    draft[name] = read;
    return true;
  };
  if (key === "messages") return put("messages", readCount(value));
  if (key === "age") return put("age", readAge(value));
  if (key === "bytes") return put("bytes", readBytes(value, Number.MAX_SAFE_INTEGER));
  if (key === "state")
    return put(
      "state",
      stateChoices.find((choice) => choice === value),
    );
  return key === "instance" && put("instance", value || undefined);
}

/** Reads a rule such as `hub:chat-* messages=1000 age=7d`; undefined when it is none. */
export function readKeepRule(text: string): KeepRule | undefined {
  const [channels = "", ...parts] = text.trim().split(/ +/);
  const kind = kinds.find((one) => channels.startsWith(`${one}:`));
  const name = kind && decoded(channels.slice(kind.length + 1));
  if (kind === undefined || !name) return undefined;
  const draft: Draft = { ...DEFAULTS, instance: "*", state: "false" };
  if (!parts.every((part) => readPart(draft, part))) return undefined;
  const { instance, state, ...retention } = draft;
  // A name is not a room.
  if (kind === "name" && state !== "false") return undefined;
  return { kind, name, instance, retention, keepsMessages: state !== "only", keepsState: state !== "false" };
}

const encoded = (text: string): string => encodeURIComponent(text);

/** The text of a rule that a config file has as a table. */
function textOfTable({ channels, ...rest }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof channels !== "string") return undefined;
  const [, kind = "", name = ""] = /^(\w+):(.*)$/s.exec(channels) ?? [];
  const parts = Object.entries(rest).map(([key, value]) => `${key}=${encoded(String(value))}`);
  return [`${kind}:${encoded(name)}`, ...parts].join(" ");
}

/** The rules by which channels are kept; none by default. */
export const keepOption: Option<readonly KeepRule[]> = {
  name: "keep",
  placeholder: "RULE",
  fallback: [],
  defaultText: "none",
  summary: "channels whose messages are stored, such as 'hub:chat-* messages=1000 age=7d'",
  help: "channels whose messages are stored, such as 'hub:chat-* messages=1000 age=7d'; separate several with commas",
  why: "a channel that is not kept costs nothing, and nothing is stored that you did not ask for",
  isList: true,
  parse(text) {
    const rules = text
      .split(",")
      .filter((rule) => rule.trim() !== "")
      .map(readKeepRule);
    return rules.every((rule) => rule !== undefined) ? rules : undefined;
  },
  fromTable: (table) => (isJsonObject(table) ? textOfTable(table) : undefined),
  allowed:
    "rules such as 'hub:chat-* instance=* messages=1000 age=7d bytes=10MiB state=true', with hub:, broadcast: or name:, " +
    "state=only for the state of rooms without their messages (hub: and broadcast:), and " +
    'spaces and commas in names as %20 and %2C; in a config file, [[keep]] with channels = "hub:chat-*"',
};

/**
 * The first rule that fits decides. None fits a name with a lone surrogate: SQLite stores UTF-8, so two of them would be one channel
 * there, and what is stored for both at once would fail, with all that others store in the same transaction.
 */
const ruleFor = (rules: readonly KeepRule[], { instance, kind, name }: FollowedChannel): KeepRule | undefined =>
  name.isWellFormed() && instance.isWellFormed()
    ? rules.find((one) => one.kind === kind && matchesGlob(one.name, name) && matchesGlob(one.instance, instance))
    : undefined;

/** The channel with what it remembers, if a rule says that its messages are kept. */
export function keptChannel(rules: readonly KeepRule[], channel: FollowedChannel): KeptChannel | undefined {
  const rule = ruleFor(rules, channel);
  if (!rule?.keepsMessages) return undefined;
  const { instance, kind, name } = channel;
  return { instance, kind, name, retention: rule.retention };
}

/** How long the state of a room is kept without members, in milliseconds, 0 without end; undefined if no rule says that it is kept. */
export function keptStateAge(rules: readonly KeepRule[], room: FollowedChannel): number | undefined {
  const rule = ruleFor(rules, room);
  return rule?.keepsState ? rule.retention.age : undefined;
}
