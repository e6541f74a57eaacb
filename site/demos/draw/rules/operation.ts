import * as v from "valibot";
import { color, coordinate, shape, text } from "./shapes.ts";

/**
 * Each player writes a log of their own operations. The name of a log (its *author*) is the player's id, a dot, and a random
 * part per page load, so that two windows of one player never write the same log. An object has the name of its operation.
 */
export const author = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{4,64}\.[a-z0-9]{6}$/));
export const objectId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{4,64}\.[a-z0-9]{6}:[1-9][0-9]{0,5}$/));
/** Turn of a game of guessing whose picture it belongs to; without one, the free canvas. */
export const board = v.pipe(v.string(), v.regex(/^[a-z0-9]{1,12}\.[0-9]{1,3}$/));

/** Operations of one author at most, and their bytes as JSON. Beyond them, the log ends for everybody at the same operation. */
export const MAX_OPERATIONS = 20_000;
export const MAX_LOG_BYTES = 8 * 1024 ** 2;
/** Objects that one operation may edit or remove. */
export const MAX_TARGETS = 300;
const LAST_TIME = 2 ** 40;

const number = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_OPERATIONS));
/** Lamport time: above that of everything its author had seen. */
const time = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LAST_TIME));
const scale = v.pipe(v.number(), v.finite(), v.minValue(0.01), v.maxValue(100));
const edit = v.strictObject({
  id: objectId,
  /** Moved by x and y, and scaled about its own top left corner. */
  place: v.optional(v.strictTuple([coordinate, coordinate, scale])),
  text: v.optional(text),
  color: v.optional(color),
});
const targets = <T extends v.GenericSchema>(one: T) => v.pipe(v.array(one), v.minLength(1), v.maxLength(MAX_TARGETS));

export const operation = v.variant("op", [
  v.strictObject({ op: v.literal("add"), time, shape, board: v.optional(board) }),
  v.strictObject({ op: v.literal("edit"), time, edits: targets(edit) }),
  v.strictObject({ op: v.literal("remove"), time, ids: targets(objectId) }),
  v.strictObject({ op: v.literal("undo"), time, of: number }),
  v.strictObject({ op: v.literal("redo"), time, of: number }),
]);

export type Operation = v.InferOutput<typeof operation>;
export type Edit = v.InferOutput<typeof edit>;
/** An operation before its log has given it a time. */
export type Step = Operation extends infer O ? (O extends Operation ? Omit<O, "time"> : never) : never;

export const playerOf = (name: string): string => name.slice(0, name.lastIndexOf("."));
export const authorOf = (id: string): string => id.slice(0, id.lastIndexOf(":"));

/** Where an operation stands among all: by time, then author, then number. All peers agree on it. */
export interface Order {
  readonly time: number;
  readonly author: string;
  readonly number: number;
}

export const compareOrder = (a: Order, b: Order): number =>
  a.time - b.time || (a.author < b.author ? -1 : a.author > b.author ? 1 : a.number - b.number);

export const laterTime = (...times: readonly number[]): number => Math.min(LAST_TIME, Math.max(0, ...times) + 1);

/**
 * Why an operation is not allowed, or undefined. Everything it needs is in the operation and its own log, so all peers give the
 * same answer, whatever else they have received.
 */
export function offence(one: Operation, by: string, number: number, before: Operation | undefined): string | undefined {
  if (before && one.time <= before.time && before.time < LAST_TIME) return "goes back in time";
  if (one.op === "undo" || one.op === "redo")
    return one.of < number ? undefined : "undoes an operation that is not before it";
  const ids = one.op === "edit" ? one.edits.map(({ id }) => id) : one.op === "remove" ? one.ids : [];
  const foreign = ids.find((id) => playerOf(authorOf(id)) !== playerOf(by));
  return foreign === undefined ? undefined : "changes what somebody else has drawn";
}
