import { hexToBytes } from "@noble/hashes/utils.js";
import { hashOf } from "../../../shared/room/hash.ts";
import { Author, type Signed } from "../../rules/authorship.ts";
import type { Draft, Note } from "../../rules/message.ts";

export const authorNamed = (name: string): Author => new Author(hexToBytes(hashOf(name)));

let count = 0;

/** A note with an id and a time of its own; each is later than the one before. */
export function noteOf(draft: Draft, more: Partial<Pick<Note, "id" | "w" | "n">> = {}): Note {
  count++;
  return { ...draft, id: `note-${String(count).padStart(12, "0")}`, w: 1_764_000_000_000 + count, n: "Ann", ...more };
}

export const textNote = (t: string, more: Partial<Pick<Note, "id" | "w" | "n">> = {}): Note =>
  noteOf({ k: "text", t }, more);

export const signedNote = (author: Author, place: string, note: Note): Signed =>
  author.sign(place, JSON.stringify(note));

/** The smallest images: a header that says how large they are. */
export const images = {
  png: (width: number, height: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(33);
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
    const view = new DataView(bytes.buffer);
    view.setUint32(16, width);
    view.setUint32(20, height);
    return bytes;
  },
  gif: (width: number, height: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(40);
    bytes.set(new TextEncoder().encode("GIF89a"));
    const view = new DataView(bytes.buffer);
    view.setUint16(6, width, true);
    view.setUint16(8, height, true);
    return bytes;
  },
  avif: (width: number, height: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(80);
    bytes.set(new TextEncoder().encode("....ftypavif"));
    bytes.set(new TextEncoder().encode("ispe"), 40);
    const view = new DataView(bytes.buffer);
    view.setUint32(48, width);
    view.setUint32(52, height);
    return bytes;
  },
  svg: (): Uint8Array<ArrayBuffer> =>
    new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
};
