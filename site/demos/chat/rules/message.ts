import * as v from "valibot";
import { NAME_LENGTH } from "../../shared/room/names.ts";

/** Characters of a message. */
export const TEXT_LENGTH = 8_000;
/** Characters of the description of an image. */
export const CAPTION_LENGTH = 500;
/** Bytes of an image: with base64 in a page of history it stays below 1 MiB. */
export const IMAGE_BYTES = 700_000;
/** Longest side of an image, pixels. A small file can unpack to one that fills the memory. */
export const IMAGE_SIDE = 4_096;

const id = v.pipe(v.string(), v.regex(/^[\w-]{16,32}$/));
/** A message of anybody: its author's key and its id. */
const ref = v.pipe(v.string(), v.regex(/^[\w-]{43}\.[\w-]{16,32}$/));
const text = v.pipe(v.string(), v.maxLength(TEXT_LENGTH));
/** When it was written, by the author's clock, ms. Also decides which of two edits is newer. */
const written = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000));
const own = { id, w: written, n: v.pipe(v.string(), v.maxLength(4 * NAME_LENGTH)) };
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(IMAGE_SIDE));

export const IMAGE_TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"] as const;

/** What an author signs. `of` names a message of the same author only, so nobody can even express to change somebody else's. */
export const noteSchema = v.variant("k", [
  v.object({ ...own, k: v.literal("text"), t: v.pipe(text, v.minLength(1)), re: v.optional(ref) }),
  v.object({
    ...{ ...own, k: v.literal("image"), t: v.pipe(v.string(), v.maxLength(CAPTION_LENGTH)), re: v.optional(ref) },
    image: v.object({
      ...{ type: v.picklist(IMAGE_TYPES), width: side, height: side },
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    }),
  }),
  v.object({ ...own, k: v.literal("edit"), of: id, t: v.pipe(text, v.minLength(1)) }),
  v.object({ ...own, k: v.literal("delete"), of: id }),
  v.object({
    ...{ ...own, k: v.literal("react"), of: ref, on: v.boolean() },
    emoji: v.pipe(v.string(), v.maxLength(64), v.regex(/^\p{RGI_Emoji}$/v)),
  }),
]);

export type Note = v.InferOutput<typeof noteSchema>;
export type NoteOf<K extends Note["k"]> = Extract<Note, { readonly k: K }>;
/** A note without what the sender adds to each. */
export type Draft = Note extends infer One ? (One extends Note ? Omit<One, "id" | "w" | "n"> : never) : never;

/** The note in a signed text, or why it is rejected. */
export function noteFrom(json: string): Note | string {
  try {
    const { success, output, issues } = v.safeParse(noteSchema, JSON.parse(json));
    if (success) return output;
    const [issue] = issues;
    return `${v.getDotPath(issue) ?? "message"}: ${issue.message}`.slice(0, 200);
  } catch {
    return "not JSON";
  }
}

export const refOf = (author: string, noteId: string): string => `${author}.${noteId}`;
export const authorOf = (reference: string): string => reference.slice(0, 43);
