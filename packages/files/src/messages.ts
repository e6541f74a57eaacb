import * as v from "valibot";

/** Files that one offer may have, and the bytes of the JSON that lists them. */
export const MOST_FILES = 100_000;
export const MOST_LIST_BYTES = 16 * 1024 * 1024;
/** Files listed in one message of an offer: with paths of usual length it stays far below the largest frame. */
export const FILES_PER_PART = 1_000;
/** Bytes of JSON in one message. */
export const PART_BYTES = 256 * 1024;
const MOST_PARTS = MOST_LIST_BYTES / (PART_BYTES / 4);

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const uint32 = v.pipe(whole, v.maxValue(0xffff_ffff));
const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const base64 = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[\\w-]{${length}}$`)));

/** A file as it is offered. */
const offeredFile = v.object({
  /** Path with `/`, as the sender has it. */
  path: v.pipe(text(4_096), v.minLength(1)),
  size: whole,
  /** When it was last changed, ms since 1970; 0 if unknown. */
  modified: v.pipe(v.number(), v.finite()),
});
export type OfferedFile = v.InferOutput<typeof offeredFile>;

const via = v.picklist(["relay", "direct"]);
/** How the records of a run travel. */
export type Via = v.InferOutput<typeof via>;

const reason = text(300);
const simple = <T extends string>(t: T) => v.object({ t: v.literal(t), id });
const withReason = <T extends string>(t: T) => v.object({ t: v.literal(t), id, why: reason });

/** What two paired clients say to each other. Each is sealed JSON in a binary message. */
const message = v.variant("t", [
  v.object({
    t: v.literal("offer"),
    id,
    part: whole,
    parts: v.pipe(whole, v.minValue(1), v.maxValue(MOST_PARTS)),
    files: v.pipe(v.array(offeredFile), v.maxLength(FILES_PER_PART)),
  }),
  simple("accept"),
  withReason("decline"),
  v.object({ t: v.literal("begin"), id, run: uint32, salt: base64(22), via }),
  v.object({ t: v.literal("at"), id, run: uint32, file: uint32, chunk: uint32 }),
  v.object({ t: v.literal("verified"), id, file: uint32 }),
  v.object({ t: v.literal("differs"), id, file: uint32 }),
  simple("done"),
  simple("pause"),
  simple("resume"),
  withReason("cancel"),
  v.object({
    t: v.literal("rtc"),
    session: uint32,
    description: v.optional(text(64 * 1024)),
    candidate: v.optional(text(4_096)),
  }),
]);
export type Message = v.InferOutput<typeof message>;
export type MessageOf<T extends Message["t"]> = Extract<Message, { readonly t: T }>;

/** undefined if it is none: a peer may send anything. */
export function messageFrom(json: string): Message | undefined {
  try {
    const result = v.safeParse(message, JSON.parse(json));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/** Splits an offer into messages that fit into frames. Throws if there are too many files. */
export function offerParts(transfer: string, files: readonly OfferedFile[]): MessageOf<"offer">[] {
  if (files.length === 0) throw new Error("There are no files to send.");
  if (files.length > MOST_FILES)
    throw new Error(
      `${files.length} files are more than the ${MOST_FILES} of one transfer. Pack them into an archive first.`,
    );
  const lists: OfferedFile[][] = [[]];
  let bytes = 0;
  for (const file of files) {
    const size = JSON.stringify(file).length * 3;
    const list = lists.at(-1);
    if (list && (list.length === 0 || (list.length < FILES_PER_PART && bytes + size <= PART_BYTES))) list.push(file);
    else {
      lists.push([file]);
      bytes = 0;
    }
    bytes += size;
  }
  return lists.map((list, part) => ({ t: "offer", id: transfer, part, parts: lists.length, files: list }));
}

/** Puts the parts of an offer together. */
export class OfferReader {
  readonly id: string;
  readonly files: OfferedFile[] = [];
  #parts = 0;
  #bytes = 0;

  constructor(transfer: string) {
    this.id = transfer;
  }

  /** true when the offer is complete. Throws if the parts do not belong together, or are too many. */
  add({ part, parts, files }: MessageOf<"offer">): boolean {
    if (part !== this.#parts) throw new Error(`part ${part} of an offer instead of ${this.#parts}`);
    this.#bytes += JSON.stringify(files).length;
    if (this.files.length + files.length > MOST_FILES || this.#bytes > MOST_LIST_BYTES)
      throw new Error("the offer has too many files");
    this.files.push(...files);
    this.#parts++;
    if (this.#parts < parts) return false;
    if (this.files.length === 0) throw new Error("the offer has no files");
    if (!Number.isSafeInteger(this.files.reduce((sum, { size }) => sum + size, 0)))
      throw new Error("the sizes of the offer are impossible");
    return true;
  }
}
