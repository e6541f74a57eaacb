import { type Bytes, base64Of, bytesFromBase64, randomBytes } from "./bytes.ts";

/** Bytes of the secret in a link. */
const SECRET = 16;
/** Without vowels, so that no words appear, and without characters that look alike. */
const ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ";
const CODE = new RegExp(`^[${ALPHABET}]{5}$`);

/** The instance in which all file rooms are. */
export const INSTANCE = "files";
export const hubOf = (code: string): string => `room-${code}`;

export const newSecret = (): Bytes => randomBytes(SECRET);

export function newCode(): string {
  let code = "";
  while (code.length < 5) {
    // Bytes beyond the last multiple of 27 would make the first letters more likely.
    for (const byte of randomBytes(16)) if (byte < 243) code += ALPHABET[byte % ALPHABET.length];
  }
  return code.slice(0, 5);
}

/** What leads into a room. */
export interface Invitation {
  readonly code: string;
  /** With it, no emoji have to be compared. */
  readonly secret?: Bytes;
  /** The address of the page, if the text was a link. */
  readonly page?: URL;
}

const fragmentOf = (secret: Bytes): string => `#k=${base64Of(secret)}`;

/** The secret in the fragment of a link, which browsers never send. */
export const secretFrom = (fragment: string): Bytes | undefined =>
  bytesFromBase64(/^#(?:k=)?([\w-]{22})$/.exec(fragment)?.[1], SECRET);

export const linkTo = (page: string, code: string, secret: Bytes | undefined): string =>
  `${page}?join=${code}${secret ? fragmentOf(secret) : ""}`;

/** Reads a link, a code, or `CODE#SECRET`; undefined if the text is none of these. */
export function invitationFrom(text: string): Invitation | undefined {
  const trimmed = text.trim();
  if (/^https?:\/\//i.test(trimmed)) {
    const page = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
    const code = (page?.searchParams.get("join") ?? "").toUpperCase();
    if (!page || !CODE.test(code)) return undefined;
    const secret = secretFrom(page.hash);
    return { code, page, ...(secret && { secret }) };
  }
  const [head = "", fragment] = trimmed.split("#");
  const code = head.toUpperCase().replace(/[\s-]/g, "");
  if (!CODE.test(code)) return undefined;
  if (fragment === undefined) return { code };
  const secret = secretFrom(`#${fragment}`);
  return secret && { code, secret };
}
