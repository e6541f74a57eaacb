import * as v from "valibot";
import { isGenuine, type Signed, signedSchema } from "../rules/authorship.ts";
import { type Note, noteFrom } from "../rules/message.ts";
import { type Seal, sealedSchema } from "../rules/seal.ts";

/** A message as the relay delivers it. */
export interface Arrived {
  /** The sender's login name, as stamped by the relay. */
  readonly from: string;
  readonly data: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
}

/** A message that was checked in every way. */
export interface Genuine {
  readonly kind: "genuine";
  readonly author: string;
  readonly note: Note;
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly isSealed: boolean;
}

/** `locked`: it is encrypted, and this page has no key that opens it. `rejected`: nobody should see it. */
export type Read = Genuine | { readonly kind: "locked" } | { readonly kind: "rejected"; readonly reason: string };

export interface Reader {
  /** What the authors of this conversation sign in addition to the text. */
  readonly place: string;
  /** The key of an encrypted conversation, for a message with that salt; undefined if there is none. */
  readonly seal?: (salt: string | undefined) => Promise<Seal | undefined>;
}

const rejected = (reason: string): Read => ({ kind: "rejected", reason });

function checked(signed: Signed, bytes: Uint8Array<ArrayBuffer> | undefined, place: string, isSealed: boolean): Read {
  if (!isGenuine(signed, place)) return rejected("the signature does not fit the author and the text");
  const note = noteFrom(signed.t);
  if (typeof note === "string") return rejected(note);
  return { kind: "genuine", author: signed.a, note, bytes, isSealed };
}

/** Decrypts and verifies what arrived; it may be anything. */
export async function readMessage({ from, data, bytes }: Arrived, { place, seal }: Reader): Promise<Read> {
  const sealed = v.safeParse(sealedSchema, data);
  if (!sealed.success) {
    const signed = v.safeParse(signedSchema, data);
    if (!signed.success) return rejected("not a message of this chat, or too long");
    // Otherwise somebody without the key could speak in a room with a secret.
    return seal ? rejected("not encrypted, in an encrypted conversation") : checked(signed.output, bytes, place, false);
  }
  const key = await seal?.(sealed.output.p);
  if (!key) return { kind: "locked" };
  const opened = await key.open(sealed.output, bytes, from);
  return opened ? checked(opened.signed, opened.bytes, place, true) : { kind: "locked" };
}
