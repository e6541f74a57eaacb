import { CODE_LENGTH, newCode } from "../../shared/room/code.ts";
import { fromBase64Url, randomBytes, toBase64Url } from "./base64url.ts";

/** Characters of a room's name. */
export const ROOM_LENGTH = 40;
/** Bytes of it: with what is put in front, the name of a hub has at most 128 (PROTOCOL.md N1). */
const ROOM_BYTES = 110;

/** How a room is encrypted: not, by a key in its link, or by a passphrase that people tell each other. */
export type Lock =
  | { readonly kind: "open" }
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "phrase"; readonly phrase: string };

/** A room. Rooms of the same name with another kind of lock are other rooms. */
export interface RoomAddress {
  readonly name: string;
  readonly lock: Lock;
}

export const OPEN: Lock = { kind: "open" };

/** A name as it is part of an address: in any case, with any spaces, the same room. Undefined if nothing is left of it. */
export function roomNameFrom(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > 200) return undefined;
  const name = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
  const fits = [...name].length <= ROOM_LENGTH && new TextEncoder().encode(name).length <= ROOM_BYTES;
  return name !== "" && fits ? name : undefined;
}

/** A name that nobody else has, as hard to guess as two room codes. */
export const randomRoomName = (): string => `${newCode()}-${newCode()}`.slice(0, 2 * CODE_LENGTH + 1).toLowerCase();

export const newKey = (): string => toBase64Url(randomBytes(16));

const PREFIXES = { open: "chat", key: "chat-key", phrase: "chat-phrase" } as const;

/** The hub of a room. Those with another kind of lock never meet, so no page writes in the clear where others encrypt. */
export const hubOf = ({ name, lock }: RoomAddress): string => `${PREFIXES[lock.kind]}-${name}`;

/** What identifies a room in this browser, without its secret. */
export const roomId = ({ name, lock }: RoomAddress): string => `${lock.kind}:${name}`;

/** The address of a page that opens the room. The key is behind the `#`, which browsers never send; a passphrase is not in it. */
export function roomLink({ name, lock }: RoomAddress, page: string): string {
  const link = `${page}?room=${encodeURIComponent(name)}`;
  if (lock.kind === "key") return `${link}#key=${lock.key}`;
  return lock.kind === "phrase" ? `${link}&phrase` : link;
}

/** The room that an address leads to. A link to a room with a passphrase has none: `phrase` is then empty. */
export function roomFrom(address: string): RoomAddress | undefined {
  const { searchParams, hash } = new URL(address);
  const name = roomNameFrom(searchParams.get("room"));
  if (name === undefined) return undefined;
  const key = /^#key=([\w-]+)$/.exec(hash)?.[1];
  if (fromBase64Url(key, 16)) return { name, lock: { kind: "key", key: key ?? "" } };
  return { name, lock: searchParams.has("phrase") ? { kind: "phrase", phrase: "" } : OPEN };
}
