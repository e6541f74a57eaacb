import * as v from "valibot";
import type { Values } from "../../shared/room/definition.ts";
import { digest, mask, salt, word } from "../rules/guessing.ts";
import { author, board, operation } from "../rules/operation.ts";
import { MAX_PACKED } from "../rules/points.ts";
import { color, coordinate, hash, penWidth } from "../rules/shapes.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
const link = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const number = v.pipe(count, v.minValue(1));

/** Consecutive operations of one author. */
export const batch = v.strictObject({
  author,
  from: number,
  before: link,
  operations: v.pipe(v.array(operation), v.minLength(1), v.maxLength(2_000)),
});

/** Hashes of a log at certain numbers, the last one at its end. */
const log = v.strictTuple([author, v.pipe(v.array(v.strictTuple([number, link])), v.minLength(1), v.maxLength(512))]);
const logs = v.pipe(v.array(log), v.maxLength(1_000));

const line = v.pipe(v.string(), v.minLength(1), v.maxLength(80));
const turn = count;

/** Everything that players send each other. Kinds that are not here, and data that does not fit, are rejected and named. */
export const messages = {
  /** To all: what its author has just done. `live`: the stroke of `live` messages that this completes. */
  draw: v.strictObject({ batch, live: v.optional(count) }),
  /** To all: a stroke while it is drawn, some points at a time. It is only for the eye: `draw` has all points. */
  live: v.strictObject({
    stroke: count,
    kind: v.picklist(["pen", "highlighter"]),
    color,
    width: penWidth,
    /** Number of points sent before. */
    from: count,
    points: v.pipe(v.string(), v.maxLength(MAX_PACKED)),
    board: v.optional(board),
  }),
  /** To all, latest only: where somebody's pointer is, and the part of the paper they see. */
  cursor: v.strictObject({
    at: v.optional(v.strictTuple([coordinate, coordinate])),
    view: v.strictTuple([coordinate, coordinate, v.pipe(v.number(), v.finite(), v.minValue(0.01), v.maxValue(100))]),
    size: v.strictTuple([v.pipe(count, v.maxValue(20_000)), v.pipe(count, v.maxValue(20_000))]),
  }),
  /** To all, after joining: I am here, and these are my logs. `known`: a hash over all logs I have. */
  hello: v.strictObject({ logs, known: link }),
  /** To one: logs there are. From the host: all; from anybody: their own. */
  logs: v.strictObject({ logs, isAll: v.boolean() }),
  /** To one: send me these operations. */
  want: v.strictObject({ author, from: number, to: number }),
  /** To one: the operations that were wanted, or none if they are not here. */
  part: v.strictObject({ author, from: number, batch: v.optional(batch) }),
  /** To one: send me this image. */
  image: v.strictObject({ hash }),
  /** To all, or to one who asked: an image. Its bytes are those of the binary message. */
  picture: v.strictObject({ hash }),
  /** To the host, from the drawer: the word is chosen; its hash, and how many letters it has. */
  commit: v.strictObject({ turn, commit: digest, mask }),
  /** To the host, from the drawer: one more letter. */
  hint: v.strictObject({ turn, mask }),
  /** To the drawer: a guess. Nobody else sees it before it was judged. */
  guess: v.strictObject({ turn, text: line }),
  /** To all, from the drawer: a guess was judged. The text of a right or close one is left out. */
  verdict: v.strictObject({
    turn,
    player: v.pipe(v.string(), v.minLength(4), v.maxLength(64)),
    verdict: v.picklist(["right", "close", "wrong"]),
    text: v.optional(line),
  }),
  /** To all, from the drawer after the turn: the word, and the salt that proves it. */
  reveal: v.strictObject({ turn, word, salt }),
} as const;

type Messages = typeof messages;
export type MessageKind = keyof Messages;
export type MessageData<K extends MessageKind> = Values<Messages>[K];
