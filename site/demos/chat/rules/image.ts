import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { imageHeader } from "../../shared/images/image-header.ts";
import { IMAGE_BYTES, IMAGE_SIDE, type NoteOf } from "./message.ts";
import type { Picture } from "./timeline.ts";

type Described = NoteOf<"image">["image"];

/** What an author says about the bytes of an image; undefined if they are none that this chat shows. SVG is a program, and never one. */
export function describeImage(bytes: Uint8Array): Described | undefined {
  const header = bytes.length <= IMAGE_BYTES ? imageHeader(bytes, IMAGE_SIDE) : undefined;
  return header && { ...header, sha256: bytesToHex(sha256(bytes)) };
}

/** The image of a message, if its bytes are what its author has signed and what they say they are; otherwise why not. */
export function pictureFrom(signed: Described, bytes: Uint8Array<ArrayBuffer> | undefined): Picture | string {
  if (!bytes) return "an image without bytes";
  const found = describeImage(bytes);
  if (!found) return "not an image, or one that is too large";
  const isSame = found.type === signed.type && found.width === signed.width && found.height === signed.height;
  if (!isSame || found.sha256 !== signed.sha256) return "another image than its author signed";
  return { type: found.type, width: found.width, height: found.height, bytes };
}
