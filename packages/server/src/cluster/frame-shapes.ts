import { isJsonObject } from "@achex/protocol";
import type { Payload } from "../socket.ts";
import { isCount, isInstance, isSessionId } from "./sent-values.ts";

/** Names, keys, tokens and the like. Larger than any of them, whatever the limits of the other node are. */
const MAX_TEXT = 256 * 1024;
/** Targets of one message. */
const MAX_TARGETS = 10_000;
/** Shards of the log. */
const MAX_SHARD = 63;

type Check = (sent: unknown) => boolean;

interface Shape {
  /** The elements after the kind. Further ones are ignored, so that the next version can add some. */
  readonly elements: readonly Check[];
  readonly body?: "text" | "bytes" | "any";
}

const text: Check = (sent) => typeof sent === "string" && sent.length <= MAX_TEXT;
const flag: Check = (sent) => typeof sent === "boolean";
const list: Check = (sent) => Array.isArray(sent);
const object: Check = isJsonObject;
const shard: Check = (sent) => isCount(sent) && sent <= MAX_SHARD;
const instance: Check = (sent) => isInstance(sent) && sent.length <= MAX_TEXT;
const targets: Check = (sent) => Array.isArray(sent) && sent.length <= MAX_TARGETS;
const kind: Check = (sent) => sent === "name" || sent === "hub" || sent === "broadcast";
const optional =
  (check: Check): Check =>
  (sent) =>
    sent === undefined || sent === null || check(sent);

/** Instance, targets, excepted session or 0, key of `latest`. */
const message: readonly Check[] = [instance, targets, optional(isCount), optional(text)];
const channel: readonly Check[] = [instance, kind, text];

/** What each kind of frame has; see docs/decisions/040-cluster.md. Kinds that are not here are ignored, or checked by who handles them. */
const shapes: Readonly<Record<string, Shape>> = {
  tick: { elements: [] },
  bye: { elements: [] },
  holds: { elements: [isCount, list] },
  ready: { elements: [isCount] },
  knows: { elements: [isCount] },
  blocks: { elements: [list] },
  placed: { elements: [list] },
  ended: { elements: [list] },
  message: { elements: message, body: "any" },
  answer: { elements: [isCount] },
  member: { elements: [text, object] },
  roster: { elements: [text, list, flag] },
  frame: { elements: [isSessionId, (sent) => typeof sent === "string"] },
  after: { elements: [shard, isCount] },
  "call-ended": { elements: [isSessionId, isCount] },
  "call-cancelled": { elements: [isSessionId, isCount] },
  calls: { elements: [list] },
  "callee-gone": { elements: [isSessionId, isCount, isSessionId] },
  "current?": { elements: [isCount] },
  "send?": { elements: [isCount, ...message], body: "any" },
  "offer?": { elements: [isCount, ...message], body: "any" },
  "legacy?": { elements: [isCount, ...message], body: "any" },
  "call?": { elements: [isCount, ...message, isSessionId, isCount, flag, isCount], body: "any" },
  "answer?": { elements: [isCount, ...message, isSessionId, object], body: "any" },
  "count?": { elements: [isCount, ...channel] },
  "members?": { elements: [isCount, ...channel, isCount] },
  "applied?": { elements: [isCount, shard, isCount] },
  "kept?": { elements: [isCount, text] },
  "once?": { elements: [isCount, text, optional(flag)] },
  "users?": { elements: [isCount, instance] },
  "resume?": { elements: [isCount, isSessionId, text, isCount, text, isCount] },
  takes: { elements: [isCount] },
  take: { elements: [isCount, isCount, list], body: "bytes" },
  leaving: { elements: [isCount, text, list] },
  arrived: { elements: [text, isCount, list] },
  moves: { elements: [isCount, list, list] },
  moved: { elements: [text, isCount] },
  seam: { elements: [text, isCount] },
  sealed: { elements: [isCount], body: "text" },
  cancelled: { elements: [isCount] },
  stays: { elements: [isSessionId] },
  refused: { elements: [isCount] },
  forward: { elements: [isSessionId, flag, optional(isCount), optional(text)], body: "any" },
  "moved-member": { elements: [text, isSessionId, text] },
  copy: { elements: [isCount, text] },
  "copy-more": { elements: [isCount] },
  copied: { elements: [isCount, flag, optional(flag)] },
};

/** The kinds of frames in a stream. */
export const frameKinds: readonly string[] = Object.keys(shapes);

const byKind = new Map(Object.entries(shapes));

export const isKnownKind = (kind: string): boolean => byKind.has(kind);

/** Whether a frame has what its kind needs. */
export function isWellFormed(head: readonly unknown[], body: Payload | undefined): boolean {
  const [frameKind] = head;
  const shape = typeof frameKind === "string" ? byKind.get(frameKind) : undefined;
  // Kinds of a later version.
  if (!shape) return typeof frameKind === "string";
  const { elements } = shape;
  for (let index = 0; index < elements.length; index++) if (!elements[index]?.(head[index + 1])) return false;
  if (shape.body === undefined || shape.body === "any") return shape.body === undefined || body !== undefined;
  return shape.body === "text" ? typeof body === "string" : body instanceof Uint8Array;
}
