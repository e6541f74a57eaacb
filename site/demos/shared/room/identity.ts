import { hashOf } from "./hash.ts";

/** Hexadecimal digits of a player's id. */
const ID_LENGTH = 16;
const ID = /^[0-9a-f]{16}$/;

/** What makes a browser tab the same player after a reload, a drop, or when the link is opened again. */
export interface Identity {
  /** Never sent. */
  readonly secret: string;
}

/** What a player shows the host of one room to prove an id. Another room has another key, so a host learns nothing for elsewhere. */
export const keyFor = ({ secret }: Identity, game: string, code: string): string => hashOf(`${secret} ${game} ${code}`);

/** The public id of the player with that key. */
export const idOf = (key: string): string => hashOf(key).slice(0, ID_LENGTH);

export const isId = (value: unknown): value is string => typeof value === "string" && ID.test(value);

/** The name under which the connection logs in. Names that players see are attributes of the room's members. */
export const loginName = ({ secret }: Identity, game: string): string =>
  `${game}-${hashOf(`name ${secret}`).slice(0, 12)}`;

/** On a relay with the mode `claim` it protects the login name; others ignore it. */
export const loginPassword = ({ secret }: Identity): string => hashOf(`password ${secret}`).slice(0, 32);

export function newIdentity(): Identity {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return { secret: [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}
