import { type DollarKey, setRequest } from "./dollar-key.ts";
import { keptKeys } from "./kept-keys.ts";
import { resumeFrom, seenFrom } from "./resume.ts";
import { roomKeys } from "./room-keys.ts";
import { membersFrom } from "./rooms.ts";
import { answerFrom, attributesFrom, callFrom, isCount, namesFrom } from "./values.ts";

/**
 * Every `$` key that a client may send: the parser reads by this table, the test page's hints, labels and templates and the
 * fuzz tests derive from it, and "Keys of achex.2" in PROTOCOL.md is tested against it.
 */
export const dollarKeys = {
  $ref: {
    placement: "any",
    rules: "R6",
    examples: [
      { label: "Message, with a reply", rule: "R6", text: '{"$ref":1,"to":"Alex","msg":"hi"}' },
      { label: "Log in, with a reply", rule: "R10", text: '{"$ref":2,"setID":"Alex","passwd":""}' },
    ],
    read(draft, value) {
      draft.ref = isCount(value) ? value : undefined;
      return draft.ref === undefined ? "bad-value" : undefined;
    },
  },
  $presence: {
    placement: "membership",
    rules: "R20",
    examples: [{ label: "Join, with presence", rule: "R20", text: '{"$ref":3,"joinHub":"6542","$presence":true}' }],
    read(draft, value) {
      draft.presence = typeof value === "boolean" ? value : undefined;
      return draft.presence === undefined ? "bad-value" : undefined;
    },
  },
  $attributes: {
    placement: "membership",
    rules: "R22",
    examples: [
      {
        label: "Join, with attributes",
        rule: "R22",
        text: '{"$ref":4,"joinHub":"6542","$presence":true,"$attributes":{"colour":"red"}}',
      },
    ],
    read(draft, value) {
      draft.attributes = attributesFrom(value);
      return draft.attributes ? undefined : "bad-attributes";
    },
  },
  $call: {
    placement: "call",
    rules: "R30, R34, R50 to R53",
    forwarded: true,
    examples: [
      { label: "Call", rule: "R30", text: '{"$ref":5,"to":"calc","$call":{"id":7},"add":[1,2]}' },
      { label: "Cancel a call", rule: "R34", text: '{"to":"calc","$call":{"cancel":7}}' },
      { label: "Open a stream", rule: "R50", text: '{"toS":1,"$call":{"id":8,"stream":true},"file":"a.txt"}' },
      { label: "End a stream", rule: "R53", text: '{"toS":1,"$call":{"id":8,"end":true}}' },
    ],
    read(draft, value) {
      draft.call = callFrom(value);
      return draft.call ? undefined : "bad-value";
    },
  },
  $answer: {
    placement: "answer",
    rules: "R31, R51",
    forwarded: true,
    examples: [
      { label: "Answer", rule: "R31", text: '{"$ref":6,"toS":1,"$answer":{"id":7},"sum":3}' },
      { label: "Progress of an answer", rule: "R31", text: '{"toS":1,"$answer":{"id":7,"more":true},"done":0.5}' },
      { label: "Grant credit", rule: "R51", text: '{"toS":1,"$answer":{"id":8,"credit":262144}}' },
    ],
    read(draft, value) {
      draft.answer = answerFrom(value);
      return draft.answer ? undefined : "bad-value";
    },
  },
  $time: {
    placement: "request",
    rules: "R16",
    examples: [{ label: "The server's time", rule: "R16", text: '{"$time":true}' }],
    read: (draft, value) => setRequest(draft, value === true ? { verb: "time" } : undefined),
  },
  $members: {
    placement: "request",
    rules: "R24",
    examples: [{ label: "Members of a hub", rule: "R24", text: '{"$ref":7,"$members":{"hub":"6542"}}' }],
    read: (draft, value, limits) => setRequest(draft, membersFrom(value, limits)),
  },
  $watch: {
    placement: "request",
    rules: "R25",
    examples: [{ label: "Watch names", rule: "R25", text: '{"$ref":8,"$watch":["Bob","calc"]}' }],
    read: (draft, value, limits) => setRequest(draft, namesFrom("watch", value, limits)),
  },
  $unwatch: {
    placement: "request",
    rules: "R25",
    examples: [{ label: "Stop watching", rule: "R25", text: '{"$ref":9,"$unwatch":["Bob"]}' }],
    read: (draft, value, limits) => setRequest(draft, namesFrom("unwatch", value, limits)),
  },
  $retire: {
    placement: "request",
    rules: "R37",
    examples: [{ label: "Release one's names", rule: "R37", text: '{"$ref":10,"$retire":true}' }],
    read: (draft, value) => setRequest(draft, value === true ? { verb: "retire" } : undefined),
  },
  // The server reads the first frame and acknowledgements on arrival (parseResume, parseSeen), so that they are counted in
  // order; the parser meets those only that are misplaced, or that come to a session that cannot be resumed.
  $resume: {
    placement: "first",
    rules: "R70, R73, R79",
    examples: [
      { label: "Make the session resumable", rule: "R70", text: '{"$resume":true}' },
      {
        label: "Resume a session",
        rule: "R73",
        text: '{"$resume":{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","generation":1,"received":310}}',
      },
    ],
    read(draft, value) {
      const resume = resumeFrom(value);
      if (typeof resume === "string") return resume;
      return setRequest(draft, { verb: "resume", resume });
    },
  },
  $seen: {
    placement: "request",
    rules: "R72",
    examples: [{ label: "Counts of a resumable session", rule: "R72", text: '{"$seen":{"received":310,"sent":57}}' }],
    read(draft, value) {
      const counts = seenFrom(value);
      return counts ? setRequest(draft, { verb: "seen", counts }) : "bad-count";
    },
  },
  ...roomKeys,
  ...keptKeys,
} as const satisfies Readonly<Record<`$${string}`, DollarKey>>;

export type DollarKeyName = keyof typeof dollarKeys;

/** What the parser needs of a key. All have one shape: reading rows of several shapes slowed calls by 8 %. */
export interface KeyReader extends Pick<DollarKey, "placement" | "read"> {
  readonly forwarded: boolean;
}

const readers: ReadonlyMap<string, KeyReader> = new Map(
  Object.entries<DollarKey>(dollarKeys).map(([key, { placement, read, forwarded = false }]) => [
    key,
    { placement, read, forwarded },
  ]),
);

/** undefined for a key that a client may not send. */
export const keyReaderOf = (key: string): KeyReader | undefined => readers.get(key);

/** Keys that stay in the text of a message. */
export const forwardedKeys: readonly string[] = [...readers]
  .filter(([, { forwarded }]) => forwarded)
  .map(([key]) => key);

/** Keys that the server adds to a stored message: its position, and in a page of history its time and bytes (PROTOCOL.md R140, R142). */
export const storedMessageKeys = ["$seq", "$at", "$binary"] as const;

/** Keys that only frames from the server itself have, or that mean something else there (PROTOCOL.md R3, R4). */
export const serverKeys = [
  "$hello",
  "$resumable",
  "$resumed",
  "$seen",
  "$result",
  "$fault",
  "$roster",
  "$joined",
  "$left",
  "$changed",
  "$count",
  "$away",
  "$back",
  "$online",
  "$offline",
  "$watched",
  "$state",
  "$room",
  "$host",
  "$kept",
  "$time",
  "$answer",
  "$call",
  "$report",
  "$cluster",
] as const;
