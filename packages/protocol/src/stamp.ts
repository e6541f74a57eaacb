import { withoutMembers } from "./json-members.ts";
import { isStampKey } from "./keys.ts";

/** What replaces the last brace of a delivered message (PROTOCOL.md S1); made once per login. */
export const stampOf = (id: number, name: string): string => `,"sID":${id},"FROM":${JSON.stringify(name)}}`;

/** The sender's own text with the stamp before its last brace; nothing else of it changes (PROTOCOL.md S1, S2). */
export function stamped(text: string, stamp: string): string {
  const brace = text.lastIndexOf("}");
  const message = text.slice(0, brace) + stamp;
  // Texts rarely continue after the last brace, and each additional string costs time when the message is sent.
  return brace === text.length - 1 ? message : message + text.slice(brace + 1);
}

/** The same without a leading `{"$ref":n,` of that length (Achex2Frame.refPrefixLength). */
export function stampedWithoutRef(text: string, refPrefixLength: number, stamp: string): string {
  const brace = text.lastIndexOf("}");
  return `{${text.slice(refPrefixLength, brace)}${stamp}${text.slice(brace + 1)}`;
}

/** The text without a stamp forged by the sender (PROTOCOL.md S3). */
export const withoutStamp = (text: string): string => withoutMembers(text, isStampKey);
